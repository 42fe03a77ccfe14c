// Owns one life of the simulated process, from its start to its crash or stop: every seam to the world counts here, so
// that a crash can come between any two of them. After the end nothing gets through any more.
import type { Cancel, Clock } from '@timbre/server/platform/clock.ts'
import type { SimClock } from './sim-clock.ts'

export class Life implements Clock {
  readonly number: number
  readonly #clock: SimClock
  readonly #onCrash: () => void
  #isAlive = true
  #seamsLeft = Number.POSITIVE_INFINITY
  /** Timers that this life has set and that have neither fired nor been called off. */
  pendingTimers = 0

  constructor(number: number, clock: SimClock, onCrash: () => void) {
    this.number = number
    this.#clock = clock
    this.#onCrash = onCrash
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Passes a seam: a call to the world begins, or its result comes. False: the process is dead. */
  pass(): boolean {
    if (!this.#isAlive) return false
    if (--this.#seamsLeft > 0) return true
    this.crash()
    return false
  }

  crashAfter(seams: number): void {
    this.#seamsLeft = seams
  }

  crash(): void {
    if (!this.#isAlive) return
    this.#isAlive = false
    this.#onCrash()
  }

  /** A clean end: nothing is told to anybody. */
  end(): void {
    this.#isAlive = false
  }

  now(): number {
    return this.#clock.now()
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  schedule(callback: () => void, delayMs: number): Cancel {
    if (!this.#isAlive) return () => {}
    this.pendingTimers++
    let isPending = true
    const settle = () => {
      if (isPending) this.pendingTimers--
      isPending = false
    }
    const cancel = this.#clock.schedule(() => {
      settle()
      if (this.pass()) callback()
    }, delayMs)
    return () => {
      settle()
      cancel()
    }
  }
}
