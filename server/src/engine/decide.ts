// Owns the choice of a delivery's next state after an attempt: the only place that makes it. Pure.
// Must never send, write, read a clock or draw a random number.
import type { OutcomeKind, Trigger } from '@timbre/contract/attempt.ts'
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import { type RetryPolicy, retryAfterMs, retryDelay } from './retry-policy.ts'

/** What of an outcome matters for the decision. */
export interface AttemptEnd {
  /** null: no whole response came. */
  readonly responseStatus: number | null
  readonly retryAfter: string | undefined
}

export interface DecisionInput {
  readonly trigger: Trigger
  /** Automatic attempts made before this one. */
  readonly scheduledAttempts: number
  /** A success was recorded before; this attempt was asked for manually or by a replay. */
  readonly succeededBefore: boolean
  readonly end: AttemptEnd
  readonly policy: RetryPolicy
  readonly now: number
  /** From 0 up to 1. */
  readonly chance: number
}

export interface Decision {
  readonly status: 'success' | 'failed' | 'queued'
  /** Set exactly when status is `queued`. */
  readonly nextAttemptAt: number | null
  /** Only automatic attempts use up the schedule. */
  readonly countsForSchedule: boolean
  readonly disableWebhook: DisabledReason | null
  /** The schedule is used up: nothing more is sent by itself. */
  readonly exhausted: boolean
}

/**
 * - 2xx: `success`, whatever was before.
 * - A success was recorded before: it stays `success`; there is never an automatic attempt after one.
 * - 410: `failed` for good, and the webhook is disabled.
 * - A test send has one attempt.
 * - Otherwise the schedule decides: `queued` until it is used up, then `failed`. A manual attempt does not use it up.
 */
export function decide(input: DecisionInput): Decision {
  const countsForSchedule = input.trigger === 'automatic'
  const { responseStatus } = input.end
  if (isSuccess(responseStatus)) return ended('success', countsForSchedule, null)
  const disableWebhook = responseStatus === 410 ? 'gone' : null
  if (input.succeededBefore) return ended('success', countsForSchedule, disableWebhook)
  if (disableWebhook !== null || input.trigger === 'test') return ended('failed', countsForSchedule, disableWebhook)
  return afterFailure(input, countsForSchedule)
}

function ended(
  status: 'success' | 'failed',
  countsForSchedule: boolean,
  disableWebhook: DisabledReason | null,
): Decision {
  return { status, nextAttemptAt: null, countsForSchedule, disableWebhook, exhausted: false }
}

function afterFailure(input: DecisionInput, countsForSchedule: boolean): Decision {
  const made = input.scheduledAttempts + (countsForSchedule ? 1 : 0)
  const asked = retryAfterMs(input.end.retryAfter, input.now)
  const delay = retryDelay(input.policy, made, asked, input.chance)
  const common = { countsForSchedule, disableWebhook: null, exhausted: delay === null }
  return delay === null
    ? { ...common, status: 'failed', nextAttemptAt: null }
    : { ...common, status: 'queued', nextAttemptAt: input.now + delay }
}

/** Any 2xx (seed). A 3xx is a failure and is never followed. */
export function isSuccess(responseStatus: number | null): boolean {
  return responseStatus !== null && responseStatus >= 200 && responseStatus < 300
}

/** An attempt succeeded: a whole response came, and it is a 2xx. */
export function isDelivered(outcome: OutcomeKind, responseStatus: number | null): boolean {
  return outcome === 'answered' && isSuccess(responseStatus)
}
