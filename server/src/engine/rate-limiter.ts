// Owns the rate limit per webhook: evenly spaced starts, so that no second holds more than the limit and one (GCRA with
// no burst). Waiting is no failure and costs no attempt (CONTRACT §2). Nodes share the limit in equal parts.
import type { Clock } from '../platform/clock.ts'
import { ALONE, type Membership } from '../storage/storage.ts'

export interface RateLimiterDependencies {
  readonly clock: Clock
  readonly membership?: Pick<Membership, 'nodes'>
}

export class RateLimiter {
  readonly #clock: Clock
  readonly #membership: Pick<Membership, 'nodes'>
  readonly #nextStartAt = new Map<string, number>()

  constructor({ clock, membership = ALONE }: RateLimiterDependencies) {
    this.#clock = clock
    this.#membership = membership
  }

  /** Milliseconds until the next start; 0: it may be taken. */
  waitMs(webhookId: string): number {
    const now = this.#clock.monotonic()
    return Math.max((this.#nextStartAt.get(webhookId) ?? now) - now, 0)
  }

  /** To be called when `waitMs` was 0 a moment ago. */
  take(webhookId: string, perSecond: number): void {
    const now = this.#clock.monotonic()
    const startAt = this.#nextStartAt.get(webhookId) ?? now
    const spacingMs = (1000 * this.#membership.nodes()) / perSecond
    this.#nextStartAt.set(webhookId, Math.max(startAt, now - spacingMs) + spacingMs)
  }

  forget(webhookId: string): void {
    this.#nextStartAt.delete(webhookId)
  }
}
