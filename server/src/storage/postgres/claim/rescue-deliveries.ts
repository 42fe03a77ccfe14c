// Owns giving leased deliveries back to the table: those that are returned, and those whose holder is gone.
// Must never take what a living node holds, before its lease has expired.
import type { Pool } from 'pg'
import type { DeliveryLease } from '../../storage.ts'
import { isLeasedBy } from '../nodes/leases.ts'
import { NODE_IS_DEAD_AFTER_S } from '../nodes/node-heartbeat.ts'
import { columnsOf } from '../wire/columns.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { ADD_MARKS, COMPLETE_MARKS } from './due-marks.ts'

export const RELEASE = statement<Pick<DeliveryLease, 'leaseToken'>>(
  'release',
  `WITH released AS (
  UPDATE deliveries d SET status = 'queued', next_attempt_at = $5, lease_token = NULL, lease_until = NULL, lease_node = NULL
  FROM unnest($1::text[], $2::int[], $3::text[], $4::text[]) AS q (workspace_id, day, id, lease_token)
  WHERE d.workspace_id = q.workspace_id AND d.day = q.day AND d.id = q.id AND d.status = 'sending'
    AND d.lease_token || '' = q.lease_token RETURNING q.lease_token, d.workspace_id, d.webhook_id),
marked AS (${ADD_MARKS} SELECT DISTINCT workspace_id, webhook_id, $5::bigint FROM released)
SELECT lease_token AS "leaseToken" FROM released`,
)

/**
 * From the leases that are lost to their deliveries (OFFSET 0 keeps the planner to this direction). A lease stays as long as
 * one of them is being sent, also one that somebody has locked at this moment. A node that has left is in no row; with $4
 * false every other one is taken for living.
 */
export const RESCUE = statement<{ readonly count: number }>(
  'rescue',
  `WITH living AS MATERIALIZED (
  SELECT id FROM nodes WHERE NOT $4::boolean OR seen_at > now() - make_interval(secs => ${NODE_IS_DEAD_AFTER_S})),
lost_leases AS MATERIALIZED (
  SELECT l.* FROM leases l WHERE l.until <= $1
    OR CASE l.node WHEN $2 THEN $3::boolean ELSE NOT EXISTS (SELECT 1 FROM living WHERE living.id = l.node) END),
gone AS (
  DELETE FROM leases l USING lost_leases lost WHERE l.token = lost.token AND l.node = lost.node
    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE ${isLeasedBy('l', 'd')} AND d.status = 'sending' OFFSET 0)),
lost AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id FROM lost_leases l CROSS JOIN LATERAL (
    SELECT d.workspace_id, d.day, d.id FROM deliveries d
    WHERE ${isLeasedBy('l', 'd')} AND d.lease_node = l.node AND d.status = 'sending' OFFSET 0 FOR UPDATE SKIP LOCKED) d),
rescued AS (
  UPDATE deliveries u SET status = 'queued', next_attempt_at = $1, updated_at = $1, lease_token = NULL, lease_until = NULL,
    lease_node = NULL
  FROM lost WHERE u.workspace_id = lost.workspace_id AND u.day = lost.day AND u.id = lost.id
  RETURNING u.workspace_id, u.webhook_id),
marked AS (${ADD_MARKS} SELECT DISTINCT workspace_id, webhook_id, $1::bigint FROM rescued)
SELECT count(*) AS count FROM rescued`,
)

/** So often what has no mark is looked for, which costs a seek for each webhook with something queued. */
const COMPLETE_EVERY_MS = 10 * 60_000

export interface RescueDependencies {
  readonly pool: Pool
  readonly node: string
  /** Whether this node may decide who is dead. */
  readonly isSteady: () => boolean
  /** How many are living, this one included. */
  readonly nodes: () => number
}

export class RescueDeliveries {
  readonly #dependencies: RescueDependencies
  readonly #session: Session
  #completedAt = Number.NEGATIVE_INFINITY
  #nodesBefore = 0

  constructor(dependencies: RescueDependencies) {
    this.#dependencies = dependencies
    this.#session = new Session(dependencies.pool)
  }

  /** See HotStorage.releaseDeliveries. A lease that was lost meanwhile is left alone; those that were not are returned. */
  async release(
    leases: readonly DeliveryLease[],
    dueAt: number,
  ): Promise<readonly Pick<DeliveryLease, 'leaseToken'>[]> {
    if (leases.length === 0) return []
    return this.#session.all(RELEASE, ...leaseKeys(leases), dueAt)
  }

  /** See HotStorage.rescueDeliveries. All that there is, is what this node held before and what dead nodes hold. */
  async rescue(now: number, all: boolean): Promise<number> {
    const { node, isSteady, nodes } = this.#dependencies
    await this.#completeMarks(now, all, nodes())
    const rescued = await this.#session.get(RESCUE, now, node, String(all), String(isSteady()))
    return rescued?.count ?? 0
  }

  /** Also when nodes have come or gone: one that has gone may have been of an older version. */
  async #completeMarks(now: number, all: boolean, nodes: number): Promise<void> {
    const isWanted = all || nodes !== this.#nodesBefore || Math.abs(now - this.#completedAt) >= COMPLETE_EVERY_MS
    if (!isWanted) return
    await this.#session.run(COMPLETE_MARKS)
    this.#nodesBefore = nodes
    this.#completedAt = now
  }
}

/** What finds leased deliveries, column by column: workspace, day, id, token. */
export function leaseKeys(leases: readonly DeliveryLease[]) {
  return columnsOf(
    leases,
    ({ workspaceId }) => workspaceId,
    ({ place }) => place,
    ({ id }) => id,
    ({ leaseToken }) => leaseToken,
  )
}
