// Owns the page of one delivery: its own address, and the list that one came from at hand.
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ChevronDown, ChevronLeft, ChevronUp, Printer } from 'lucide-react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useListKeys } from '../../shell/shortcuts.ts'
import { Button, buttonLook, IconButton } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { useDeliveries } from './delivery-queries.ts'
import { DeliveryView } from './delivery-view.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { EvidenceHead } from './evidence-head.tsx'
import { neighbours } from './neighbours.ts'

export default function DeliveryPage() {
  const say = useDeliveryWords()
  const sayShared = useSharedWords()
  const { deliveryId } = useParams({ from: '/deliveries/$deliveryId' })
  const filter = useSearch({ from: '/deliveries/$deliveryId' })
  const navigate = useNavigate()
  const { previous, next } = neighbours(useDeliveries(filter).rows, deliveryId)
  const go = (to: string | undefined) => () => {
    if (to !== undefined) void navigate({ to: '/deliveries/$deliveryId', params: { deliveryId: to }, search: filter })
  }
  useListKeys({ j: go(next), k: go(previous) })
  return (
    <Page
      title={sayShared('delivery')}
      actions={
        <>
          <Link to="/deliveries" search={filter} className={buttonLook('bare')}>
            <ChevronLeft size={15} aria-hidden /> {say('title')}
          </Link>
          <IconButton label={say('previous')} onClick={go(previous)} disabled={previous === undefined}>
            <ChevronUp size={17} aria-hidden />
          </IconButton>
          <IconButton label={say('next')} onClick={go(next)} disabled={next === undefined}>
            <ChevronDown size={17} aria-hidden />
          </IconButton>
          <Button onClick={() => print()}>
            <Printer size={15} aria-hidden /> {say('print')}
          </Button>
        </>
      }
    >
      <EvidenceHead />
      <DeliveryView id={deliveryId} />
    </Page>
  )
}
