// Owns giving leased deliveries back to the table: those that are returned, and those whose holder is gone.
// Must never take what a living node holds, before its lease has expired.
import type { Pool } from 'pg'
import type { DeliveryLease } from '../storage.ts'
import { columnsOf } from './columns.ts'
import { HeldDays } from './held-days.ts'
import { NODE_IS_DEAD_AFTER_S } from './node-heartbeat.ts'
import { Session } from './session.ts'
import { statement } from './statement.ts'

export const RELEASE = statement(
  'release',
  `UPDATE deliveries d SET status = 'queued', next_attempt_at = $5, lease_token = NULL, lease_until = NULL, lease_node = NULL
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS q (workspace_id, day, id, lease_token)
WHERE d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id AND d.lease_token = q.lease_token`,
)

/** What is leased is as much as fits into the memory of the nodes, so that no index on the time is needed. */
export const RESCUE = statement(
  'rescue',
  `WITH living AS MATERIALIZED (
  SELECT id FROM nodes WHERE seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S})),
lost AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id FROM deliveries d
  WHERE d.status <> 'success' AND d.status = 'sending' AND (d.lease_until <= $1
    OR CASE d.lease_node WHEN $2 THEN $3::boolean ELSE NOT EXISTS (SELECT 1 FROM living WHERE living.id = d.lease_node) END)
  FOR UPDATE SKIP LOCKED)
UPDATE deliveries u SET status = 'queued', next_attempt_at = $1, updated_at = $1, lease_token = NULL, lease_until = NULL,
  lease_node = NULL
FROM lost WHERE u.workspace_id = lost.workspace_id AND u.day = lost.day AND u.id = lost.id`,
)

export class RescueDeliveries {
  readonly #session: Session
  readonly #node: string
  readonly #days: HeldDays

  constructor(pool: Pool, node: string, days: HeldDays = new HeldDays()) {
    this.#session = new Session(pool)
    this.#node = node
    this.#days = days
  }

  /** See HotStorage.releaseDeliveries. A lease that was lost meanwhile is left alone. */
  async release(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    if (leases.length === 0) return
    const columns = columnsOf(
      leases,
      ({ workspaceId }) => workspaceId,
      (lease) => this.#days.dayOf(lease),
      ({ id }) => id,
      ({ leaseToken }) => leaseToken,
    )
    await this.#session.run(RELEASE, ...columns, dueAt)
    for (const lease of leases) this.#days.drop(lease)
  }

  /** See HotStorage.rescueDeliveries. All that there is, is what this node held before and what dead nodes hold. */
  rescue(now: number, all: boolean): Promise<number> {
    return this.#session.run(RESCUE, now, this.#node, all ? 'true' : 'false')
  }
}
