// Owns what a change that came over the stream makes of the list. Pure.
import type { DeliveryStatus, DeliverySummary } from '@getsupervisor/agents-studio-sdk'

interface ListPage {
  readonly data: readonly DeliverySummary[]
}

/**
 * The pages with the changed deliveries in them, each in its place, new ones first; what does not fit the status any more is left out.
 * @param changed the oldest change first, each delivery once
 */
export function mergeLive<P extends ListPage>(
  pages: readonly P[],
  changed: readonly DeliverySummary[],
  status: DeliveryStatus | undefined,
): P[] {
  const byId = new Map(changed.map((one) => [one.id, one]))
  const fits = (one: DeliverySummary) => status === undefined || one.status === status
  const known = new Set(pages.flatMap(({ data }) => data.map(({ id }) => id)))
  const fresh = changed.filter((one) => !known.has(one.id) && fits(one)).toReversed()
  return pages.map((page, index) => {
    const data = page.data.map((row) => byId.get(row.id) ?? row).filter(fits)
    return { ...page, data: index === 0 ? [...newestFirst(fresh), ...data] : data }
  })
}

function newestFirst(rows: readonly DeliverySummary[]): readonly DeliverySummary[] {
  return rows.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
}
