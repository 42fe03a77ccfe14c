// Owns the decision whether a failed call is tried again, and when. Pure: it neither waits nor draws.
import { type ApiError, ConnectionError, RateLimitError, ServerError, TimeoutError } from './errors.ts'

export interface Retry {
  /** Tries after the first; 0: none. */
  readonly maxRetries: number
  /** Before the first retry; doubled before each further one. */
  readonly baseDelayMs: number
}

/** A call that would have to wait longer than this is left to the caller, who knows better what to do meanwhile. */
export const RETRY_AFTER_SECONDS_MAX = 60

/** Doubled without end it would pass what a timer can take (2^31 ms), which then goes off at once. */
const BACKOFF_MS_MAX = 60_000

/**
 * Milliseconds to wait before the next try, or `undefined` when there is to be none.
 * @param tries made so far, 1 after the first
 * @param chance from 0 to 1: the delay is 50–100 % of the backoff, so that clients do not come back in step
 */
export function retryDelayMs(error: ApiError, tries: number, retry: Retry, chance: number): number | undefined {
  if (tries > retry.maxRetries || !isTransient(error)) return undefined
  const doubledMs = Math.min(retry.baseDelayMs * 2 ** (tries - 1), Math.max(retry.baseDelayMs, BACKOFF_MS_MAX))
  const backoffMs = doubledMs * (0.5 + chance / 2)
  const askedSeconds = 'retryAfterSeconds' in error ? (error.retryAfterSeconds ?? 0) : 0
  return askedSeconds > RETRY_AFTER_SECONDS_MAX ? undefined : Math.max(backoffMs, askedSeconds * 1000)
}

const RECONNECT_MS_MIN = 500
const RECONNECT_MS_MAX = 15_000

/**
 * Milliseconds before the next try of a loop that never gives up.
 * @param failures one after another, 1 after the first
 * @param chance from 0 to 1, as above
 */
export function reconnectDelayMs(failures: number, chance: number): number {
  return Math.min(RECONNECT_MS_MIN * 2 ** (failures - 1), RECONNECT_MS_MAX) * (0.5 + chance / 2)
}

type TransientError = ConnectionError | TimeoutError | RateLimitError | ServerError

/** Whether the same call may work a little later. */
export function isTransient(error: unknown): error is TransientError {
  return (
    error instanceof ConnectionError ||
    error instanceof TimeoutError ||
    error instanceof RateLimitError ||
    error instanceof ServerError
  )
}
