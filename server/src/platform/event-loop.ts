// Owns how busy the event loop is, and the end of its tick: the only place that asks the runtime for them. The simulator is
// never busy, and has no ticks.
import { performance } from 'node:perf_hooks'

export interface EventLoop {
  /** The share of the last moments, 0 to 1, in which the loop had something to do. */
  utilization(): number
  /** Resolves when everything that is ready now has been looked at. */
  afterTick(): Promise<void>
}

/** Shorter moments would take one long tick for overload; longer ones would see it late. */
const MOMENT_MS = 100

export class SystemEventLoop implements EventLoop {
  #lookedAt = performance.now()
  #since = performance.eventLoopUtilization()
  #utilization = 0

  utilization(): number {
    const now = performance.now()
    if (now - this.#lookedAt < MOMENT_MS) return this.#utilization
    const current = performance.eventLoopUtilization()
    this.#utilization = performance.eventLoopUtilization(current, this.#since).utilization
    this.#since = current
    this.#lookedAt = now
    return this.#utilization
  }

  afterTick(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }
}

export const IDLE_LOOP: EventLoop = { utilization: () => 0, afterTick: () => Promise.resolve() }
