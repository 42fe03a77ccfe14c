// Owns the storage of replays: what is asked for, and the bounded steps in which it is counted and queued.
import type { ReplaySelection, ReplayStatus } from '@timbre/contract/replay.ts'
import type { ChangeContext, Page, PageRequest } from './change-context.ts'

export interface ReplayStorage {
  /**
   * Throws WEBHOOK_NOT_FOUND, WEBHOOK_INACTIVE, and REPLAY_LIMIT_REACHED when the webhook has `limit` running replays.
   */
  createReplay(row: ReplayRow, limit: number, context: ChangeContext): Promise<void>
  /** Newest first. */
  listReplays(workspaceId: string, webhookId: string, request: PageRequest): Promise<Page<ReplayRow>>
  findReplay(workspaceId: string, webhookId: string, id: string): Promise<ReplayRow | undefined>
  /** What is queued already stays queued; a replay that has ended stays as it is. Throws REPLAY_NOT_FOUND. */
  cancelReplay(workspaceId: string, webhookId: string, id: string, context: ChangeContext): Promise<void>

  /**
   * Counts, in one bounded step, what a replay of this scope would queue. Writes nothing.
   * @param walk null for the first step, then what the step before answered
   */
  countReplay(scope: ReplayScope, walk: ReplayWalk | null): Promise<ReplayCount>
  /**
   * One bounded step of a running replay, in one transaction: looks at the next rows, makes or requeues at most
   * `queueMax` deliveries, due at `now` with trigger `replay`, and remembers how far it came. So a replay goes on after
   * a crash where it was, and no delivery is queued twice by it. Queues no more than brings the due deliveries of the
   * webhook to `dueMax`. Does nothing while the webhook is inactive; a deleted webhook ends it as cancelled.
   */
  advanceReplay(replay: ReplayKey, bounds: ReplayBounds, now: number): Promise<ReplayStep>
  /** Running replays of webhooks that are active or deleted, at most `limit`, oldest first. */
  runningReplays(limit: number): Promise<readonly RunningReplay[]>
}

/** Which deliveries a replay is about. Times are those at which the event was accepted; `until` is not included. */
export interface ReplayScope {
  readonly workspaceId: string
  readonly webhookId: string
  readonly since: number
  readonly until: number
  /** null: of all types. For all but `failed` it is those that the webhook subscribes to, in either case. */
  readonly eventKeys: readonly string[] | null
  readonly only: ReplaySelection
}

export interface ReplayRow extends ReplayScope {
  readonly id: string
  readonly status: ReplayStatus
  readonly matched: number
  readonly matchedIsExact: boolean
  readonly queued: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly finishedAt: number | null
}

/** Sequence numbers: the last one that was looked at, and the last one that will be. */
export interface ReplayWalk {
  readonly position: number
  readonly end: number
}

export interface ReplayCount {
  readonly matched: number
  /** null: everything was counted. */
  readonly next: ReplayWalk | null
}

export interface ReplayBounds {
  readonly queueMax: number
  readonly dueMax: number
}

export interface ReplayStep {
  /** `waiting`: nothing was done, because enough is due, or the webhook is inactive. `ended`: it no longer runs. */
  readonly kind: 'advanced' | 'waiting' | 'ended'
  readonly queued: number
}

export type ReplayKey = Pick<ReplayRow, 'workspaceId' | 'id'>

export interface RunningReplay extends ReplayKey {
  readonly webhookId: string
}
