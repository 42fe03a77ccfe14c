// Owns time in tests: stands still until it is moved, and then fires what is due in order.
import type { Cancel, Clock } from '@timbre/server/platform/clock.ts'

interface Timer {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

export class ManualClock implements Clock {
  #now: number
  #order = 0
  readonly #timers = new Set<Timer>()

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  get pending(): number {
    return this.#timers.size
  }

  schedule(callback: () => void, delayMs: number): Cancel {
    const timer = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Moves on by `ms`, firing every timer on the way and letting what it starts run on. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.callback()
      await settle()
    }
    this.#now = end
    await settle()
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
  }
}

/** Lets promises that are ready run, several links deep. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
