// Owns what the checkers know of one delivery: what was committed about it, and what its receiver answered.
import type { OutcomeKind } from '@timbre/contract/attempt.ts'
import type { AttemptResult } from '@timbre/server/storage/storage.ts'

/** An answer, or the lack of one, that the process got for this delivery and may record. */
export interface Answer {
  readonly kind: OutcomeKind
  readonly status: number | null
  /** What Retry-After asked for, in milliseconds; 0: nothing. */
  readonly retryAfterMs: number
  /** The wall when it came. */
  readonly wall: number
  /** The retry schedules that the webhook may have had when the request was made. */
  readonly schedules: readonly (readonly number[])[]
}

export interface DeliveryHistory {
  readonly seq: number
  readonly id: string
  readonly workspaceId: string
  readonly webhookId: string
  readonly eventId: string
  readonly eventKey: string
  readonly body: string
  readonly orderKey: string | null
  readonly callId: string | null
  readonly isTest: boolean
  status: 'queued' | 'sending' | 'success' | 'failed'
  attempts: number
  scheduledAttempts: number
  hasSucceeded: boolean
  /** Asked for manually or by a replay, and not attempted since. */
  askedAs: 'manual' | 'replay' | null
  /** Has had its turn in its call, or was asked for again: it waits for nobody any more. */
  hadTurn: boolean
  /** Asked for again after it had ended: holds nobody back. */
  wasReopened: boolean
  /** On the wall; null: not known to the checkers (it awaits its turn). */
  dueAt: number | null
  leaseToken: string | null
  /** The lease is a consumer's: no node takes it back. */
  isPulled: boolean
  leaseUntil: number
  /** Its place among those that were leased together. */
  leaseOrder: number
  /** When the first automatic attempt failed, on the wall. */
  firstFailureAt: number | null
  endedByDeletion: boolean
  /** Erased or pruned: no row of it is left. */
  isRemoved: boolean
  /** A batch of an erasure ended among its attempts or before, and no other came: whoever asked must ask again. */
  mayLackAttempts: boolean
  /** Whoever asked for its erasure was told that it is done. */
  mustNotBegin: boolean
  answers: Answer[]
  /** How its attempts were recorded: outcome and status, and what it was after each. */
  readonly recorded: { readonly attempt: string; readonly became: 'success' | 'failed' | 'queued' }[]
  /** How often it was claimed since it was last attempted. */
  claims: number
}

export function applyResult(history: DeliveryHistory, { attempt, status, nextAttemptAt }: AttemptResult): void {
  const isAutomatic = attempt.trigger === 'automatic'
  history.status = status
  history.recorded.push({ attempt: `${attempt.outcome} ${attempt.responseStatus ?? ''}`, became: status })
  history.attempts++
  if (isAutomatic) history.scheduledAttempts++
  if (status === 'success') history.hasSucceeded = true
  // What a replay has made holds its call as any other does.
  if (status === 'queued' && (isAutomatic || attempt.trigger === 'replay'))
    history.firstFailureAt ??= Math.round(attempt.startedAt + attempt.durationMs)
  history.askedAs = null
  history.dueAt = nextAttemptAt
  history.leaseToken = null
  history.isPulled = false
  history.answers = []
  history.claims = 0
}
