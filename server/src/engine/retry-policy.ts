// Owns when the next attempt is made: the schedule, the jitter and Retry-After (CONTRACT §3). Pure.
// Must never read a clock or draw a random number: both are passed in.

/** Seconds before each attempt, the first included: about 75 h over 10 attempts (Standard Webhooks). */
export const RETRY_SCHEDULE_SECONDS_DEFAULT: readonly number[] = [
  0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
]
export const RETRY_JITTER_DEFAULT = 0.2
export const RETRY_AFTER_MS_MAX = 10 * 3600 * 1000

export interface RetryPolicy {
  /** Seconds before each attempt, the first included. */
  readonly scheduleSeconds: readonly number[]
  /** 0.2: each delay is changed by up to 20 % in either direction. */
  readonly jitter: number
}

/**
 * Milliseconds to wait before the next automatic attempt, or `null` when the schedule is used up.
 * @param scheduledAttempts automatic attempts made so far, 1 or more
 * @param retryAfterMs what the receiver asked for: a floor, cut to 10 h
 * @param chance from 0 up to 1, where 0.5 means no jitter
 */
export function retryDelay(
  policy: RetryPolicy,
  scheduledAttempts: number,
  retryAfterMs: number | null,
  chance: number,
): number | null {
  const seconds = policy.scheduleSeconds[scheduledAttempts]
  if (seconds === undefined) return null
  const jittered = seconds * 1000 * (1 + policy.jitter * (2 * chance - 1))
  const floor = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX)
  return Math.round(Math.max(jittered, floor))
}

/**
 * A webhook's own schedule as it is used: it may have been stored when shorter waits were allowed.
 * @param secondsMin of every wait but the first
 */
export function raisedSchedule(schedule: readonly number[], secondsMin: number): readonly number[] {
  return schedule.map((seconds, nth) => (nth === 0 ? seconds : Math.max(seconds, secondsMin)))
}

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110 §10.2.3: seconds or an HTTP date), or `null` when it is
 * absent or makes no sense.
 */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000
  const date = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(date - now, 0)
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/
