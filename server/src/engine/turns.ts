// Owns the rate limit per webhook: evenly spaced turns, so that no second holds more than the limit and one (GCRA with
// no burst). Waiting for a turn is no failure and costs no attempt (CONTRACT §2).
import type { Clock } from '../platform/clock.ts'

export class Turns {
  readonly #clock: Clock
  readonly #nextTurnAt = new Map<string, number>()

  constructor(dependencies: { readonly clock: Clock }) {
    this.#clock = dependencies.clock
  }

  /** Takes a turn and returns 0, or returns the milliseconds until the next one without taking it. */
  take(webhookId: string, perSecond: number): number {
    const now = this.#clock.monotonic()
    const turnAt = this.#nextTurnAt.get(webhookId) ?? now
    if (turnAt > now) return turnAt - now
    this.#nextTurnAt.set(webhookId, Math.max(turnAt, now - 1000 / perSecond) + 1000 / perSecond)
    return 0
  }

  forget(webhookId: string): void {
    this.#nextTurnAt.delete(webhookId)
  }
}
