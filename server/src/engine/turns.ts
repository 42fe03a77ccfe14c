// Owns the rate limit per webhook: evenly spaced turns, so that no second holds more than the limit and one (GCRA with
// no burst). Waiting for a turn is no failure and costs no attempt (CONTRACT §2). Nodes share the limit in equal parts.
import type { Clock } from '../platform/clock.ts'
import type { Standing } from '../storage/storage.ts'
import { ALONE } from './alone.ts'

export interface TurnsDependencies {
  readonly clock: Clock
  readonly standing?: Pick<Standing, 'nodes'>
}

export class Turns {
  readonly #clock: Clock
  readonly #standing: Pick<Standing, 'nodes'>
  readonly #nextTurnAt = new Map<string, number>()

  constructor({ clock, standing = ALONE }: TurnsDependencies) {
    this.#clock = clock
    this.#standing = standing
  }

  /** Takes a turn and returns 0, or returns the milliseconds until the next one without taking it. */
  take(webhookId: string, perSecond: number): number {
    const now = this.#clock.monotonic()
    const turnAt = this.#nextTurnAt.get(webhookId) ?? now
    if (turnAt > now) return turnAt - now
    const spacingMs = (1000 * this.#standing.nodes()) / perSecond
    this.#nextTurnAt.set(webhookId, Math.max(turnAt, now - spacingMs) + spacingMs)
    return 0
  }

  forget(webhookId: string): void {
    this.#nextTurnAt.delete(webhookId)
  }
}
