// Owns pruning: one bounded batch of a sweep that walks the events of each workspace from the oldest on.
// Events are accepted in the order of time, so that the walk of a workspace ends at its first event that is young enough.
import type { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../platform/clock.ts'
import { RemovalBudget } from '../../shared/removal-budget.ts'
import type { PrunePosition, PruneRequest, PruneResult } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { EventRemover } from './event-remover.ts'

const DAY_MS = 24 * 3600 * 1000

export const NEXT_WORKSPACE = `
SELECT id, coalesce(retention_days, ?) AS retentionDays FROM workspaces WHERE id >= ? ORDER BY id LIMIT 1`

export const NEXT_EVENT = `
SELECT e.seq, EXISTS (
  SELECT 1 FROM delivery_rows d INDEXED BY delivery_rows_of_event
  WHERE d.event_seq = e.seq AND d.status IN ('queued', 'sending')) AS isUnfinished,
  e.accepted_at < ?1 AS isOld
FROM event_rows e INDEXED BY event_rows_of_workspace
WHERE e.workspace = ${numberOf('?2')} AND e.seq > ?3 ORDER BY e.seq LIMIT 1`

interface OldestEvent {
  readonly seq: number
  readonly isUnfinished: 0 | 1
  readonly isOld: 0 | 1
}

interface WorkspaceRetention {
  readonly id: string
  readonly retentionDays: number
}

export class PruneEvents {
  readonly #db: DatabaseSync
  readonly #clock: Clock
  readonly #remover: EventRemover
  readonly #nextWorkspace: Statement<WorkspaceRetention>
  readonly #nextEvent: Statement<OldestEvent>

  constructor(db: DatabaseSync, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#remover = new EventRemover(db)
    this.#nextWorkspace = prepare(db, NEXT_WORKSPACE)
    this.#nextEvent = prepare(db, NEXT_EVENT)
  }

  /** See RemovalStorage.pruneEvents. */
  run({ now, retentionDaysDefault, from, rowsMax }: PruneRequest): PruneResult {
    // Nothing to remove is the common case: a transaction that wrote nothing costs no fsync.
    return inTransaction(this.#db, () => {
      const budget = new RemovalBudget(this.#clock, rowsMax)
      let position: PrunePosition | null = from ?? { workspaceId: '', seq: 0 }
      while (position !== null && !budget.isSpent) {
        budget.noteLookedAt()
        position = this.#pruneWorkspace(position, now, retentionDaysDefault, budget)
      }
      return { removed: budget.removed, next: position }
    })
  }

  /** Goes on in the first workspace at or after the position. Returns where to go on, null at the end. */
  #pruneWorkspace(
    position: PrunePosition,
    now: number,
    retentionDaysDefault: number,
    budget: RemovalBudget,
  ): PrunePosition | null {
    const workspace = this.#nextWorkspace.get(retentionDaysDefault, position.workspaceId)
    if (workspace === undefined) return null
    const { id: workspaceId, retentionDays } = workspace
    // The smallest text after the id: ids are UUIDs.
    const after = { workspaceId: `${workspaceId} `, seq: 0 }
    if (retentionDays === 0) return after
    let seq = workspaceId === position.workspaceId ? position.seq : 0
    while (!budget.isSpent) {
      const event = this.#nextEvent.get(now - retentionDays * DAY_MS, workspaceId, seq)
      if (event === undefined || event.isOld === 0) return after
      if (event.isUnfinished === 1) budget.noteLookedAt()
      else if (!this.#remover.remove(event.seq, budget)) break
      seq = event.seq
    }
    return { workspaceId, seq }
  }
}
