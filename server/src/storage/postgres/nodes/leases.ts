// Owns the table of leases: one row for each batch of deliveries that a node has leased at once, from which those are found that
// it did not end. Must never lack a lease that has a delivery under way; one too many is only looked at.
import type { DeliveryLease } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

/** The head and the tail of a part of the statement that leases, in the same transaction. */
export const NOTE_LEASES = 'INSERT INTO leases (token, node, until, first_day, last_day) SELECT'
export const LEASES_NOTED = `ON CONFLICT (token, node) DO UPDATE SET until = greatest(leases.until, excluded.until),
  first_day = least(leases.first_day, excluded.first_day), last_day = greatest(leases.last_day, excluded.last_day)`

/**
 * From a row of leases to its deliveries: only the partitions of these days are looked into. Said with OR, which leads to partitions and
 * to no index: of a day that is known to be empty the planner would as soon read all of its primary key, which has the day too.
 */
export function isLeasedBy(lease: string, delivery: string): string {
  const [day, first, last] = [`${delivery}.day`, `${lease}.first_day`, `${lease}.last_day`]
  return `${delivery}.lease_token = ${lease}.token AND (${day} = ${first} OR ${day} > ${first} AND ${day} <= ${last})`
}

export const FORGET_LEASES = statement(
  'forget_leases',
  'DELETE FROM leases l USING (SELECT unnest($2::text[]) AS token) q WHERE l.token = q.token AND l.node = $1',
)

/** How many deliveries of each of its leases this node has under way. */
export class OwnLeases {
  readonly #node: string
  readonly #open = new Map<string, { count: number; readonly until: number }>()
  #ended: string[] = []

  constructor(node: string) {
    this.#node = node
  }

  /** After the commit. */
  given(token: string, until: number, count: number): void {
    if (count === 0) return
    const before = this.#open.get(token)?.count ?? 0
    this.#open.set(token, { count: before + count, until })
  }

  ended({ leaseToken }: Pick<DeliveryLease, 'leaseToken'>): void {
    const lease = this.#open.get(leaseToken)
    if (lease === undefined || --lease.count > 0) return
    this.#open.delete(leaseToken)
    this.#ended.push(leaseToken)
  }

  /** Removes the rows of leases that have nothing under way any more. Those that expire are the rescue's. */
  async forget(session: Session, now: number): Promise<void> {
    for (const [token, { until }] of this.#open) if (until <= now) this.#open.delete(token)
    const tokens = this.#ended
    this.#ended = []
    // Should it fail, the rows are looked at when they expire.
    if (tokens.length > 0) await session.run(FORGET_LEASES, this.#node, tokens)
  }
}
