// Owns the filters of the list of deliveries as they stand in the address. Pure.
import type { DeliveryStatus, ListDeliveriesQuery } from '@getsupervisor/agents-studio-sdk'

export const STATUSES: readonly DeliveryStatus[] = ['queued', 'sending', 'success', 'failed']
export const RANGES = ['1h', '24h', '7d', '30d'] as const
export type Range = (typeof RANGES)[number]

/** What stands in the address; absent: not filtered by. */
export interface DeliveryFilter {
  readonly webhook?: string
  readonly status?: DeliveryStatus
  readonly type?: string
  readonly event?: string
  readonly range?: Range
  /** The delivery that is open beside the list. */
  readonly open?: string
}

const RANGE_MS: Readonly<Record<Range, number>> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
}

/** Whatever the address says: what makes no sense is left out. */
export function readFilter(search: Readonly<Record<string, unknown>>): DeliveryFilter {
  const text = (name: string) => {
    const value = search[name]
    return typeof value === 'string' && value !== '' && value.length <= 256 ? value : undefined
  }
  return without({
    webhook: text('webhook'),
    status: STATUSES.find((one) => one === search['status']),
    type: text('type'),
    event: text('event'),
    range: RANGES.find((one) => one === search['range']),
    open: text('open'),
  })
}

/** As the API is asked. @param now in milliseconds */
export function queryOf(filter: DeliveryFilter, now: number): ListDeliveriesQuery {
  const { webhook, status, type, event, range } = filter
  return without({
    webhookId: webhook,
    status,
    eventKey: type,
    eventId: event,
    since: range === undefined ? undefined : new Date(now - RANGE_MS[range]).toISOString(),
  })
}

export function isFiltered({ open: _, ...filter }: DeliveryFilter): boolean {
  return Object.keys(filter).length > 0
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function without<T extends object>(given: T): Defined<T> {
  // Only what is undefined is left out.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>
}
