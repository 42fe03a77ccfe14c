// Owns one step of a replay: deliveries that are made or made due again, and how far it came, in one transaction.
// Must never read or queue more than one step allows, nor run two steps of one webhook at once, on whatever node.
import type { Pool } from 'pg'
import type { Clock } from '../../../platform/clock.ts'
import { type RunningRow, scopeOf, stepCapacity, walkOf } from '../../shared/running-replay.ts'
import type {
  ReplayBounds,
  ReplayCount,
  ReplayKey,
  ReplayScope,
  ReplayStep,
  ReplayWalk,
  RunningReplay,
} from '../../storage.ts'
import type { DeliveryIds } from '../schema/day.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { inTransaction } from '../wire/transaction.ts'
import { readReplayTarget } from './read-replay-target.ts'
import { queueReplayed } from './replay-queue.ts'
import { beginWalk, GIVEN_NUMBERS, HAVE_ENDED, STEP_ROWS_MAX, walk } from './replay-walk.ts'

export const TAKE_REPLAY = statement<RunningRow>(
  'take_replay',
  `SELECT workspace_id AS "workspaceId", webhook_id AS "webhookId", since, until, event_keys AS "eventKeys", "only",
  walk_position AS position, walk_end AS "end" FROM replays
WHERE workspace_id = $1 AND id = $2 AND status = 'running' FOR UPDATE`,
)

export const IS_NEW = statement<{ readonly isNew: boolean }>(
  'is_new',
  `SELECT walk_position IS NULL AND "only" <> 'failed' AS "isNew" FROM replays
WHERE workspace_id = $1 AND id = $2 AND status = 'running'`,
)

export const LOCK_WEBHOOK_REPLAYS = statement<{ readonly isMine: boolean }>(
  'lock_webhook_replays',
  'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 16)) AS "isMine"',
)

export const RUNNING = statement<RunningReplay>(
  'running',
  `SELECT r.workspace_id AS "workspaceId", r.id, r.webhook_id AS "webhookId" FROM replays r
  JOIN webhooks w ON w.workspace_id = r.workspace_id AND w.id = r.webhook_id
WHERE r.status = 'running' AND (w.is_active = 1 OR w.deleted_at IS NOT NULL) ORDER BY r.created_at LIMIT $1`,
)

export const DUE_COUNT = statement<{ readonly count: number }>(
  'due_count',
  // In the order of the index of due rows: no other one has it.
  `SELECT count(*) AS count FROM (SELECT 1 FROM deliveries
  WHERE status = 'queued' AND next_attempt_at IS NOT NULL AND workspace_id = $1 AND webhook_id = $2
    AND next_attempt_at <= $3 ORDER BY next_attempt_at, seq LIMIT $4) due`,
)

export const MOVE = statement(
  'move',
  `UPDATE replays SET walk_position = $3, walk_end = $4, queued = queued + $5, matched = greatest(matched, queued + $5),
  updated_at = $6 WHERE workspace_id = $1 AND id = $2`,
)

export const FINISH = statement(
  'finish',
  `UPDATE replays SET status = 'finished', matched = queued, matched_is_exact = 1, finished_at = $3, updated_at = $3
WHERE workspace_id = $1 AND id = $2`,
)

export const CANCEL = statement(
  'cancel',
  `UPDATE replays SET status = 'cancelled', finished_at = $3, updated_at = $3 WHERE workspace_id = $1 AND id = $2`,
)

const WAITING: ReplayStep = { kind: 'waiting', queued: 0 }
const ENDED: ReplayStep = { kind: 'ended', queued: 0 }
/** An accepting transaction takes milliseconds. Behind one that takes longer the replay waits for its next step. */
const SETTLE_TRIES = 20
const SETTLE_MS = 10

export class AdvanceReplay {
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #ids: DeliveryIds

  constructor(pool: Pool, clock: Clock, ids: DeliveryIds) {
    this.#pool = pool
    this.#clock = clock
    this.#ids = ids
  }

  /** See ReplayStorage.runningReplays. */
  running(limit: number): Promise<RunningReplay[]> {
    return new Session(this.#pool).all(RUNNING, limit)
  }

  /** See ReplayStorage.countReplay. */
  async count(scope: ReplayScope, from: ReplayWalk | null): Promise<ReplayCount> {
    const session = new Session(this.#pool)
    const target = await readReplayTarget(session, scope)
    if (target === undefined) return { matched: 0, next: null }
    const start = from ?? (await beginWalk(session, scope))
    const { found, next } = await walk(session, scope, target, start, STEP_ROWS_MAX)
    return { matched: found.length, next }
  }

  /** See ReplayStorage.advanceReplay. */
  async run({ workspaceId, id }: ReplayKey, bounds: ReplayBounds, now: number): Promise<ReplayStep> {
    const endMax = await this.#settledEnd(workspaceId, id)
    if (endMax === undefined) return WAITING
    return inTransaction(this.#pool, async (session) => {
      const row = await session.get(TAKE_REPLAY, workspaceId, id)
      if (row === undefined) return ENDED
      const scope = scopeOf(row)
      const target = await readReplayTarget(session, scope)
      if (target === undefined) {
        await session.run(CANCEL, workspaceId, id, now)
        return ENDED
      }
      const capacity = target.isActive ? await this.#capacity(session, row, bounds, now) : 0
      if (capacity === 0 || !(await this.#isMine(session, row.webhookId))) return WAITING
      const from = walkOf(row) ?? (await beginAt(session, scope, endMax))
      const { found, next } = await walk(session, scope, target, from, capacity)
      const queued = await queueReplayed(session, scope, target, found, this.#ids, now)
      await session.run(MOVE, workspaceId, id, next?.position ?? null, next?.end ?? null, queued, now)
      if (next === null) await session.run(FINISH, workspaceId, id, now)
      return { kind: next === null ? 'ended' : 'advanced', queued }
    })
  }

  async #isMine(session: Session, webhookId: string): Promise<boolean> {
    return (await session.get(LOCK_WEBHOOK_REPLAYS, webhookId))?.isMine === true
  }

  async #capacity(
    session: Session,
    { workspaceId, webhookId }: RunningRow,
    bounds: ReplayBounds,
    now: number,
  ): Promise<number> {
    const due = (await session.get(DUE_COUNT, workspaceId, webhookId, now, bounds.dueMax))?.count ?? 0
    return stepCapacity(bounds, due)
  }

  /**
   * Sequence numbers are given before their rows are committed: a walk that passed one which is not there yet would never
   * come back to it. So it begins once every transaction has ended that can have taken one so far.
   * @returns the last number that a walk which begins now may reach; undefined: not yet
   */
  async #settledEnd(workspaceId: string, id: string): Promise<number | undefined> {
    const session = new Session(this.#pool)
    if ((await session.get(IS_NEW, workspaceId, id))?.isNew !== true) return Number.MAX_SAFE_INTEGER
    const given = await session.get(GIVEN_NUMBERS)
    for (let attempt = 0; attempt < SETTLE_TRIES; attempt++) {
      if ((await session.get(HAVE_ENDED, given?.before ?? '0'))?.yes === true) return given?.last
      await new Promise<void>((resolve) => this.#clock.schedule(resolve, SETTLE_MS))
    }
    return undefined
  }
}

async function beginAt(session: Session, scope: ReplayScope, endMax: number): Promise<ReplayWalk> {
  const { position, end } = await beginWalk(session, scope)
  return { position, end: scope.only === 'failed' ? end : Math.min(end, endMax) }
}
