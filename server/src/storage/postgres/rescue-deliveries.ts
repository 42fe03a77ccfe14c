// Owns giving leased deliveries back to the table: those that are returned, and those whose holder is gone.
// Must never take what a living node holds, before its lease has expired.
import type { Pool } from 'pg'
import type { DeliveryLease } from '../storage.ts'
import { columnsOf } from './columns.ts'
import type { HeldDays } from './held-days.ts'
import { NODE_IS_DEAD_AFTER_S } from './node-heartbeat.ts'
import { Session } from './session.ts'
import { statement } from './statement.ts'

export const RELEASE = statement(
  'release',
  `UPDATE deliveries d SET status = 'queued', next_attempt_at = $5, lease_token = NULL, lease_until = NULL, lease_node = NULL
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS q (workspace_id, day, id, lease_token)
WHERE d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id AND d.lease_token = q.lease_token`,
)

/**
 * What is leased is as much as fits into the memory of the nodes, so that no index on the time is needed. A node that has
 * left is in no row; with $4 false every other one is taken for living.
 */
export const RESCUE = statement(
  'rescue',
  `WITH living AS MATERIALIZED (
  SELECT id FROM nodes WHERE NOT $4::boolean OR seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S})),
lost AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id FROM deliveries d
  WHERE d.status <> 'success' AND d.status = 'sending' AND (d.lease_until <= $1
    OR CASE d.lease_node WHEN $2 THEN $3::boolean ELSE NOT EXISTS (SELECT 1 FROM living WHERE living.id = d.lease_node) END)
  FOR UPDATE SKIP LOCKED)
UPDATE deliveries u SET status = 'queued', next_attempt_at = $1, updated_at = $1, lease_token = NULL, lease_until = NULL,
  lease_node = NULL
FROM lost WHERE u.workspace_id = lost.workspace_id AND u.day = lost.day AND u.id = lost.id`,
)

export interface RescueDependencies {
  readonly pool: Pool
  readonly node: string
  readonly days: HeldDays
  /** Whether this node may judge who is dead. */
  readonly isSteady: () => boolean
}

export class RescueDeliveries {
  readonly #dependencies: RescueDependencies
  readonly #session: Session

  constructor(dependencies: RescueDependencies) {
    this.#dependencies = dependencies
    this.#session = new Session(dependencies.pool)
  }

  /** See HotStorage.releaseDeliveries. A lease that was lost meanwhile is left alone. */
  async release(leases: readonly DeliveryLease[], dueAt: number): Promise<void> {
    if (leases.length === 0) return
    const columns = columnsOf(
      leases,
      ({ workspaceId }) => workspaceId,
      (lease) => this.#dependencies.days.dayOf(lease),
      ({ id }) => id,
      ({ leaseToken }) => leaseToken,
    )
    await this.#session.run(RELEASE, ...columns, dueAt)
    for (const lease of leases) this.#dependencies.days.drop(lease)
  }

  /** See HotStorage.rescueDeliveries. All that there is, is what this node held before and what dead nodes hold. */
  rescue(now: number, all: boolean): Promise<number> {
    const { node, isSteady } = this.#dependencies
    return this.#session.run(RESCUE, now, node, String(all), String(isSteady()))
  }
}
