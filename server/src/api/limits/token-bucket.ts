// Owns counting against a rate: what there is to spend grows with time up to a bound, and each use takes of it.
// Must never read a clock: whoever asks says what time it is.

export interface BucketPolicy {
  readonly perSecond: number
  /** What may be spent at once after a pause. */
  readonly burst: number
}

/** What the `RateLimit-*` headers say (draft-ietf-httpapi-ratelimit-headers-06 §2). */
export interface Quota {
  readonly limit: number
  readonly remaining: number
  /** Whole seconds until everything is there again. */
  readonly resetSeconds: number
}

export class TokenBucket {
  readonly #policy: BucketPolicy
  #tokens: number
  #at: number

  /** Full. @param now milliseconds of a monotonic clock, here and below */
  constructor(policy: BucketPolicy, now: number) {
    this.#policy = policy
    this.#tokens = policy.burst
    this.#at = now
  }

  /** Spends one. False: there is none, and nothing is spent. */
  take(now: number): boolean {
    this.#fill(now)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Spends what is not there as well. @returns milliseconds until that would have been earned */
  overdraw(now: number, cost: number): number {
    this.#fill(now)
    this.#tokens -= cost
    return this.#tokens >= 0 ? 0 : (-this.#tokens * 1000) / this.#policy.perSecond
  }

  /** Debts beyond this are forgiven. */
  forgive(debt: number): void {
    this.#tokens = Math.max(this.#tokens, -debt)
  }

  /** Milliseconds until one can be spent. */
  waitMs(now: number): number {
    this.#fill(now)
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) * 1000) / this.#policy.perSecond
  }

  quota(now: number): Quota {
    this.#fill(now)
    const { perSecond, burst } = this.#policy
    return {
      limit: burst,
      remaining: Math.max(Math.floor(this.#tokens), 0),
      resetSeconds: Math.ceil((burst - this.#tokens) / perSecond),
    }
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#tokens + ((now - this.#at) * this.#policy.perSecond) / 1000, this.#policy.burst)
    this.#at = now
  }
}
