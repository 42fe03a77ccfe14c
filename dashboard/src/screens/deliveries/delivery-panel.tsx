// Owns the delivery beside the list: the same view as on its page, and the way to the ones before and after it.
import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, ExternalLink, X } from 'lucide-react'
import { useSharedWords } from '../../language/shared-words.ts'
import { useListKeys } from '../../shell/shortcuts.ts'
import { IconButton } from '../../ui/button.tsx'
import type { DeliveryFilter } from './delivery-filter.ts'
import { DeliveryView } from './delivery-view.tsx'
import { useDeliveryWords } from './delivery-words.ts'
import { neighbours } from './neighbours.ts'

interface PanelProps {
  readonly id: string
  readonly rows: readonly DeliverySummary[]
  readonly filter: DeliveryFilter
  readonly onChange: (filter: DeliveryFilter) => void
}

export function DeliveryPanel({ id, rows, filter, onChange }: PanelProps) {
  const say = useDeliveryWords()
  const sayShared = useSharedWords()
  const { open: _, ...others } = filter
  const { previous, next } = neighbours(rows, id)
  const go = (to: string | undefined) => () => to !== undefined && onChange({ ...others, open: to })
  const close = () => onChange(others)
  useListKeys({ j: go(next), k: go(previous), Escape: close })
  return (
    <section
      aria-label={sayShared('delivery')}
      className="sticky top-5 flex max-h-[calc(100dvh-2.5rem)] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface"
    >
      <header className="flex items-center gap-1 border-b border-line p-1.5">
        <IconButton label={say('previous')} onClick={go(previous)} disabled={previous === undefined}>
          <ChevronUp size={17} aria-hidden />
        </IconButton>
        <IconButton label={say('next')} onClick={go(next)} disabled={next === undefined}>
          <ChevronDown size={17} aria-hidden />
        </IconButton>
        <Link
          to="/deliveries/$deliveryId"
          params={{ deliveryId: id }}
          search={others}
          className="ml-auto inline-flex items-center gap-2 rounded-md px-3 py-1.5 text-sm hover:bg-hover"
        >
          <ExternalLink size={15} aria-hidden /> {say('openPage')}
        </Link>
        <IconButton label={sayShared('close')} onClick={close}>
          <X size={17} aria-hidden />
        </IconButton>
      </header>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1) */}
      <section className="overflow-auto p-5" tabIndex={0} aria-label={say('whatHappened')}>
        <DeliveryView id={id} />
      </section>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
    </section>
  )
}
