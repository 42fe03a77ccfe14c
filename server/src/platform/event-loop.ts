// Owns how long the event loop takes to come round, and the end of its tick: the only place that asks the runtime for them. The
// simulator's loop comes round at once, and has no ticks.
import { performance } from 'node:perf_hooks'

export interface EventLoop {
  /** Milliseconds that the loop takes to come round: a mean over the last moments, the round under way included. */
  delayMs(): number
  /** Resolves when everything that is ready now has been looked at. */
  afterTick(): Promise<void>
}

/** A round is forgotten this fast: with a shorter memory a burst would be overload, with a longer one overload would be seen late. */
const MEMORY_MS = 100

export interface LoopTiming {
  /** Milliseconds of a clock that never jumps. */
  now(): number
  atEndOfTick(callback: () => void): void
}

const SYSTEM_TIMING: LoopTiming = {
  now: () => performance.now(),
  atEndOfTick: (callback) => setImmediate(callback),
}

export class SystemEventLoop implements EventLoop {
  readonly #timing: LoopTiming
  #meanMs = 0
  #roundedAt = Number.NEGATIVE_INFINITY
  #isWatching = false
  #wasAsked = false

  constructor(timing = SYSTEM_TIMING) {
    this.#timing = timing
  }

  delayMs(): number {
    const now = this.#timing.now()
    this.#wasAsked = true
    if (!this.#isWatching) this.#watch(now)
    return this.#meanAt(now)
  }

  afterTick(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  /** Until now nobody asked, so nobody waited. */
  #watch(now: number): void {
    this.#isWatching = true
    this.#meanMs *= Math.exp((this.#roundedAt - now) / MEMORY_MS)
    this.#roundedAt = now
    this.#timing.atEndOfTick(this.#round)
  }

  /** Rounds are measured as long as somebody asks in each of them: a loop with nothing to do must be able to rest. */
  readonly #round = (): void => {
    const now = this.#timing.now()
    this.#meanMs = this.#meanAt(now)
    this.#roundedAt = now
    this.#isWatching = this.#wasAsked
    this.#wasAsked = false
    if (this.#isWatching) this.#timing.atEndOfTick(this.#round)
  }

  /** Weighted by time, as whoever comes at any moment finds it: one round of 50 ms counts for more than ten of 1 ms. */
  #meanAt(now: number): number {
    const roundMs = now - this.#roundedAt
    return roundMs + (this.#meanMs - roundMs) * Math.exp(-roundMs / MEMORY_MS)
  }
}

export const IDLE_LOOP: EventLoop = { delayMs: () => 0, afterTick: () => Promise.resolve() }
