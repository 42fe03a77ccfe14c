// Owns time: the only place that reads a clock or sets a timer. The simulator has its own twin.

export interface Clock {
  /** Milliseconds since 1970, of the wall. May jump. */
  now(): number
  /** Milliseconds of a clock that never jumps; only differences mean anything. */
  monotonic(): number
  /** Calls once after `delayMs` (0 or more; longer than 24 days is cut to that). Returns how to call it off. */
  schedule(callback: () => void, delayMs: number): Cancel
}

export type Cancel = () => void

// setTimeout counts in a signed 32-bit integer and fires at once above it.
const TIMER_DELAY_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), TIMER_DELAY_MS_MAX))
    return () => clearTimeout(timer)
  },
}
