// Owns the rate limit per webhook: evenly spaced starts, so that no second holds more than the limit and one (GCRA with
// no burst). Waiting is no failure and costs no attempt (CONTRACT §2). Nodes share the limit in equal parts.
import type { Clock } from '../platform/clock.ts'
import { LruMap } from '../platform/lru-map.ts'
import { ALONE, type Membership } from '../storage/storage.ts'

export interface RateLimiterDependencies {
  readonly clock: Clock
  readonly membership?: Pick<Membership, 'nodes'>
}

/** More than there are that are limited and have something to do. Who is not among them begins anew, with one request too many at most. */
const REMEMBERED_MAX = 50_000

export class RateLimiter {
  readonly #clock: Clock
  readonly #membership: Pick<Membership, 'nodes'>
  /** When the last one was to start: not the next, so that a limit that is changed holds at once, and no change gives one for nothing. */
  readonly #lastStartAt = new LruMap<number>(REMEMBERED_MAX)

  constructor({ clock, membership = ALONE }: RateLimiterDependencies) {
    this.#clock = clock
    this.#membership = membership
  }

  /** Milliseconds until the next start; 0: it may be taken. */
  waitMs(webhookId: string, perSecond: number): number {
    const lastStartAt = this.#lastStartAt.get(webhookId)
    if (lastStartAt === undefined) return 0
    return Math.max(lastStartAt + this.#spacingMs(perSecond) - this.#clock.monotonic(), 0)
  }

  /** To be called when `waitMs` was 0 a moment ago. */
  take(webhookId: string, perSecond: number): void {
    const now = this.#clock.monotonic()
    const spacingMs = this.#spacingMs(perSecond)
    const lastStartAt = this.#lastStartAt.get(webhookId)
    this.#lastStartAt.set(
      webhookId,
      lastStartAt === undefined ? now : Math.max(lastStartAt, now - 2 * spacingMs) + spacingMs,
    )
  }

  #spacingMs(perSecond: number): number {
    return (1000 * this.#membership.nodes()) / perSecond
  }
}
