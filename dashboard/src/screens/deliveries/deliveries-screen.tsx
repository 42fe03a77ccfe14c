// Owns the list of deliveries: filters in the address, rows as far as one scrolls, and the open one beside it.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Radio, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useIsWide } from '../../browser/media.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states.tsx'
import { type DeliveryFilter, isFiltered } from './delivery-filter.ts'
import { DeliveryFilters } from './delivery-filters.tsx'
import { DeliveryList } from './delivery-list.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { useDeliveries } from './delivery-queries.ts'
import { useDeliveryWords } from './delivery-words.ts'
import { LiveBar } from './live-bar.tsx'
import { useLive } from './use-live.ts'

export default function DeliveriesScreen() {
  const say = useDeliveryWords()
  const filter = useSearch({ from: '/deliveries' })
  const navigate = useNavigate()
  const list = useDeliveries(filter)
  const isWide = useIsWide()
  const [isLive, setLive] = useState(false)
  const live = useLive(filter, isLive)
  const reload = () => {
    live.forget()
    void list.refetch()
  }
  const change = (next: DeliveryFilter) => void navigate({ to: '/deliveries', search: next, replace: true })
  const open = isWide ? filter.open : undefined
  return (
    <Page
      title={say('title')}
      note={say('note')}
      actions={
        <>
          <Button kind={isLive ? 'primary' : 'quiet'} aria-pressed={isLive} onClick={() => setLive(!isLive)}>
            <Radio size={15} aria-hidden /> {say('live')}
          </Button>
          <Button onClick={reload} disabled={list.isFetching}>
            <RotateCw size={15} aria-hidden className={list.isFetching ? 'animate-spin' : ''} /> {say('refresh')}
          </Button>
        </>
      }
    >
      <DeliveryFilters filter={filter} onChange={change} />
      {isLive && <LiveBar live={live} onReload={reload} />}
      <div className={open === undefined ? '' : 'grid grid-cols-[minmax(22rem,2fr)_minmax(0,3fr)] items-start gap-5'}>
        <div className="min-w-0 overflow-clip rounded-lg border border-line bg-surface">
          <Rows list={list} filter={filter} onClear={() => change({})} />
        </div>
        {open !== undefined && <DeliveryPanel id={open} rows={list.rows} filter={filter} onChange={change} />}
      </div>
    </Page>
  )
}

interface RowsProps {
  readonly list: ReturnType<typeof useDeliveries>
  readonly filter: DeliveryFilter
  readonly onClear: () => void
}

function Rows({ list, filter, onClear }: RowsProps) {
  const say = useDeliveryWords()
  if (list.isPending) return <LoadingRows />
  if (list.isError && list.rows.length === 0)
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (list.rows.length > 0 || list.hasNextPage) return <DeliveryList list={list} filter={filter} />
  return isFiltered(filter) ? (
    <EmptyState title={say('noneTitle')} action={<Button onClick={onClear}>{say('clear')}</Button>}>
      {say('noneText')}
    </EmptyState>
  ) : (
    <EmptyState title={say('emptyTitle')}>{say('emptyText')}</EmptyState>
  )
}
