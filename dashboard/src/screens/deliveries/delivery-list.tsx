// Owns the rows: only those in sight are there, however many have been loaded, and more are loaded as one comes near the end.
import type { DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useIsWide } from '../../browser/media.ts'
import { useSharedWords } from '../../language/shared-words.ts'
import { useWebhookName } from '../../session/webhook-names.ts'
import { StatusBadge } from '../../ui/status-badge.tsx'
import { Time } from '../../ui/time.tsx'
import type { DeliveryFilter } from './delivery-filter.ts'
import type { useDeliveries } from './delivery-queries.ts'
import { useDeliveryWords } from './delivery-words.ts'

const ROW_PX = 64
/** So many rows before the end more are asked for. */
const AHEAD_ROWS = 20

interface DeliveryListProps {
  readonly list: ReturnType<typeof useDeliveries>
  readonly filter: DeliveryFilter
}

export function DeliveryList({ list, filter }: DeliveryListProps) {
  const say = useDeliveryWords()
  const { rows, hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const frame = useRef<HTMLUListElement>(null)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: frame.current?.offsetTop ?? 0,
  })
  const shown = virtual.getVirtualItems()
  const lastShown = shown.at(-1)?.index ?? 0
  useEffect(() => {
    // A page of a narrow filter may have no row at all, and still go on.
    if (lastShown >= rows.length - AHEAD_ROWS && hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  return (
    <>
      <ul ref={frame} aria-label={say('title')} className="relative" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <li
              key={row.id}
              aria-setsize={hasNextPage ? -1 : rows.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: ROW_PX, transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
            >
              <Row row={row} filter={filter} />
            </li>
          )
        })}
      </ul>
      <p className="px-4 py-3 text-sm text-muted" role="status">
        {hasNextPage ? say('scanning') : say('end')}
      </p>
    </>
  )
}

function Row({ row, filter }: { readonly row: DeliverySummary; readonly filter: DeliveryFilter }) {
  const nameOf = useWebhookName()
  const isWide = useIsWide()
  const isOpen = isWide && filter.open === row.id
  const { open: _, ...others } = filter
  const target = isWide
    ? ({ to: '/deliveries', search: { ...others, open: row.id }, replace: true } as const)
    : ({ to: '/deliveries/$deliveryId', params: { deliveryId: row.id }, search: others } as const)
  return (
    <Link
      {...target}
      resetScroll={!isWide}
      aria-current={isOpen ? 'true' : undefined}
      className={`@container flex h-full flex-col justify-center border-b border-line px-4 ${isOpen ? 'bg-accent-soft' : 'hover:bg-hover'}`}
    >
      <Wide row={row} name={nameOf(row.webhookId)} />
      <Narrow row={row} name={nameOf(row.webhookId)} />
    </Link>
  )
}

interface CellsProps {
  readonly row: DeliverySummary
  readonly name: string
}

/** What went wrong, while it matters. */
const faultOf = ({ status, lastError }: DeliverySummary) => (status === 'success' ? null : lastError)

function Wide({ row, name }: CellsProps) {
  const say = useSharedWords()
  const fault = faultOf(row)
  return (
    <span className="hidden grid-cols-[6.5rem_minmax(0,2fr)_minmax(0,3fr)_8rem_8rem] items-center gap-x-3 gap-y-0.5 @3xl:grid">
      <span className="flex">
        <StatusBadge status={row.status} />
      </span>
      <span className="truncate font-medium">{row.eventKey}</span>
      <span className="truncate text-sm text-muted">{name}</span>
      <span className="text-right text-sm text-muted tabular-nums">
        {row.responseStatus ?? ''} {row.attempts > 1 && `· ${say('attemptCount', { count: row.attempts })}`}
      </span>
      <span className="text-right text-sm text-muted">
        <Time at={row.createdAt} />
      </span>
      {fault !== null && <span className="col-span-4 col-start-2 truncate text-sm text-muted">{fault}</span>}
    </span>
  )
}

function Narrow({ row, name }: CellsProps) {
  return (
    <span className="flex flex-col gap-1 @3xl:hidden">
      <span className="flex items-baseline justify-between gap-3">
        <span className="truncate font-medium">{row.eventKey}</span>
        <span className="shrink-0 text-sm text-muted">
          <Time at={row.createdAt} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-2.5">
        <StatusBadge status={row.status} />
        <span className="truncate text-sm text-muted">{faultOf(row) ?? name}</span>
      </span>
    </span>
  )
}
