// Owns pruning: one bounded batch of a sweep. First whole days that are past every workspace's retention; then the rows of
// each workspace from the oldest on, as far as its own retention goes.
import type { Pool } from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { RemovalBudget } from '../../shared/removal-budget.ts'
import type { PrunePosition, PruneRequest, PruneResult } from '../../storage.ts'
import { databaseTime } from '../nodes/database-time.ts'
import { DAY_MS } from '../schema/day.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import type { DropDays } from './drop-days.ts'
import { type RemovableEvent, removeEvents } from './event-remover.ts'

export const NEXT_WORKSPACE = statement<{ readonly id: string; readonly retentionDays: number }>(
  'next_workspace',
  `SELECT id, coalesce(retention_days, $1::int) AS "retentionDays" FROM workspaces WHERE id >= $2 ORDER BY id LIMIT 1`,
)

/**
 * Up to the first that is young. Locked, so that no replay adds a delivery to what is removed; but those only: a lock is a write to
 * the page of the row, and keeps replays and erasures waiting.
 */
export const OLDEST_EVENTS = statement<RemovableEvent>(
  'oldest_events',
  `WITH first AS MATERIALIZED (
  SELECT workspace_id, day, seq, accepted_at < $1 AS is_old FROM events
  WHERE workspace_id = $2 AND seq > $3 ORDER BY seq LIMIT $4)
SELECT e.workspace_id AS "workspaceId", e.day, e.seq, e.id
FROM first f JOIN events e ON e.workspace_id = f.workspace_id AND e.day = f.day AND e.seq = f.seq
WHERE f.seq < coalesce((SELECT min(seq) FROM first WHERE NOT is_old), 9223372036854775807)
ORDER BY e.seq FOR UPDATE OF e`,
)

/** The rows of an event are at least this many, mostly: the event, a delivery, an attempt. */
const ROWS_OF_EVENT = 3

export class PruneEvents {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #dropDays: DropDays

  constructor(pool: Pool, clock: Clock, dropDays: DropDays) {
    this.#pool = pool
    this.#clock = clock
    this.#dropDays = dropDays
  }

  /** See RemovalStorage.pruneEvents. */
  async run(asked: PruneRequest): Promise<PruneResult> {
    // Both clocks have to agree that something is old: what a wrong one removes is gone for all.
    const databaseNow = await databaseTime(new Session(this.#pool))
    const request = { ...asked, now: Math.min(asked.now, this.#clock.now(), databaseNow) }
    const from = request.from ?? { workspaceId: '', seq: 0 }
    if (from.workspaceId === '') {
      const removed = await this.#dropDays.run(request)
      if (removed !== undefined) return { removed, next: from }
    }
    return inTransaction(this.#pool, async (session) => {
      const budget = new RemovalBudget(this.#clock, request.rowsMax)
      let position: PrunePosition | null = from
      while (position !== null && !budget.isSpent) {
        budget.noteLookedAt()
        position = await pruneWorkspace(session, position, request, budget)
      }
      return { removed: budget.removed, next: position }
    })
  }
}

/** Goes on in the first workspace at or after the position. Returns where to go on, null at the end. */
async function pruneWorkspace(
  session: Session,
  position: PrunePosition,
  { now, retentionDaysDefault }: PruneRequest,
  budget: RemovalBudget,
): Promise<PrunePosition | null> {
  const workspace = await session.get(NEXT_WORKSPACE, retentionDaysDefault, position.workspaceId)
  if (workspace === undefined) return null
  const { id: workspaceId, retentionDays } = workspace
  // The smallest text after the id: ids are UUIDs.
  const after = { workspaceId: `${workspaceId} `, seq: 0 }
  if (retentionDays === 0) return after
  const seq = workspaceId === position.workspaceId ? position.seq : 0
  const limit = Math.max(Math.ceil(budget.rowsLeft / ROWS_OF_EVENT), 1)
  const cutoff = now - retentionDays * DAY_MS
  const old = await session.all(OLDEST_EVENTS, cutoff, workspaceId, seq, limit)
  const { last, isDone } = await removeEvents(session, old, budget, (deliveries) =>
    deliveries.every(({ status }) => status !== 'queued' && status !== 'sending'),
  )
  if (isDone && old.length < limit) return after
  return { workspaceId, seq: last?.seq ?? seq }
}
