// Owns one step of a replay: deliveries that are made or made due again, and how far it came, in one transaction.
// Must never read or queue more than one step allows: the disk belongs to live traffic first.
import type { DatabaseSync } from 'node:sqlite'
import type { ReplayTarget } from '../../shared/replay-target.ts'
import { type RunningRow, scopeOf, stepCapacity, walkOf } from '../../shared/running-replay.ts'
import type { ReplayBounds, ReplayCount, ReplayScope, ReplayStep, ReplayWalk, RunningReplay } from '../../storage.ts'
import type { EventInserter } from '../accept/insert-events.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import type { ChangeLog } from '../record/change-log.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { ReplayQueue } from './replay-queue.ts'
import { ReplayTargets } from './replay-targets.ts'
import { ReplayWalker, STEP_ROWS_MAX, type WalkedRows } from './replay-walk.ts'

const FIND = `
SELECT workspace_id AS workspaceId, webhook_id AS webhookId, since, until, event_keys AS eventKeys, "only",
  walk_position AS position, walk_end AS end FROM replays WHERE id = ? AND status = 'running'`

export const RUNNING = `
SELECT r.workspace_id AS workspaceId, r.id, r.webhook_id AS webhookId FROM replays r INDEXED BY replays_running
  CROSS JOIN webhooks w ON w.id = r.webhook_id
WHERE r.status = 'running' AND (w.is_active = 1 OR w.deleted_at IS NOT NULL) ORDER BY r.created_at LIMIT ?`

export const DUE_COUNT = `
SELECT count(*) AS count FROM (SELECT 1 FROM delivery_rows INDEXED BY delivery_rows_due
  WHERE status = 'queued' AND webhook = ${numberOf('?')} AND next_attempt_at <= ? LIMIT ?)`

const MOVE = `
UPDATE replays SET walk_position = ?, walk_end = ?, queued = queued + ?, matched = max(matched, queued + ?),
  updated_at = ? WHERE id = ?`

const FINISH = `
UPDATE replays SET status = 'finished', matched = queued, matched_is_exact = 1, finished_at = ?1, updated_at = ?1
WHERE id = ?2`

const CANCEL = `UPDATE replays SET status = 'cancelled', finished_at = ?1, updated_at = ?1 WHERE id = ?2`

const WAITING: ReplayStep = { kind: 'waiting', queued: 0 }
const ENDED: ReplayStep = { kind: 'ended', queued: 0 }

export class AdvanceReplay {
  readonly #db: DatabaseSync
  readonly #targets: ReplayTargets
  readonly #walker: ReplayWalker
  readonly #queue: ReplayQueue
  readonly #find: Statement<RunningRow>
  readonly #running: Statement<RunningReplay>
  readonly #dueCount: Statement<{ readonly count: number }>
  readonly #move: Statement<never>
  readonly #finish: Statement<never>
  readonly #cancel: Statement<never>

  constructor(db: DatabaseSync, inserter: EventInserter, changes: ChangeLog) {
    this.#db = db
    this.#targets = new ReplayTargets(db)
    this.#walker = new ReplayWalker(db)
    this.#queue = new ReplayQueue(db, inserter, changes)
    this.#find = prepare(db, FIND)
    this.#running = prepare(db, RUNNING)
    this.#dueCount = prepare(db, DUE_COUNT)
    this.#move = prepare(db, MOVE)
    this.#finish = prepare(db, FINISH)
    this.#cancel = prepare(db, CANCEL)
  }

  /** See ReplayStorage.runningReplays. */
  running(limit: number): RunningReplay[] {
    return this.#running.all(limit)
  }

  /** See ReplayStorage.countReplay. */
  count(scope: ReplayScope, walk: ReplayWalk | null): ReplayCount {
    const target = this.#targets.find(scope)
    if (target === undefined) return { matched: 0, next: null }
    const { found, next } = this.#walker.step(scope, target, walk ?? this.#walker.begin(scope), STEP_ROWS_MAX)
    return { matched: found.length, next }
  }

  /** See ReplayStorage.advanceReplay. */
  run(id: string, bounds: ReplayBounds, now: number): ReplayStep {
    const row = this.#find.get(id)
    if (row === undefined) return ENDED
    const scope = scopeOf(row)
    const target = this.#targets.find(scope)
    if (target === undefined) return this.#cancelOrphan(id, now)
    const capacity = target.isActive ? this.#capacity(row.webhookId, bounds, now) : 0
    if (capacity === 0) return WAITING
    return inTransaction(this.#db, () => {
      const walked = this.#walker.step(scope, target, walkOf(row) ?? this.#walker.begin(scope), capacity)
      return this.#write(id, scope, target, walked, now)
    })
  }

  #capacity(webhookId: string, bounds: ReplayBounds, now: number): number {
    const due = this.#dueCount.get(webhookId, now, bounds.dueMax)?.count ?? 0
    return stepCapacity(bounds, due)
  }

  #write(id: string, scope: ReplayScope, target: ReplayTarget, { found, next }: WalkedRows, now: number): ReplayStep {
    this.#queue.add(scope, target, found, now)
    this.#move.run(next?.position ?? null, next?.end ?? null, found.length, found.length, now, id)
    if (next === null) this.#finish.run(now, id)
    return { kind: next === null ? 'ended' : 'advanced', queued: found.length }
  }

  #cancelOrphan(id: string, now: number): ReplayStep {
    this.#cancel.run(now, id)
    return ENDED
  }
}
