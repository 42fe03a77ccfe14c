// Owns how little is sent to a place that fails: how many requests at once, and how far apart (docs/decisions/0042).
// Must never stop for good: one request at a time, and one a second, is always allowed, so that a recovery is seen.

/** So many failures in a row are met at full pace: a receiver that is being set up fails a few times. */
const FREE_FAILURES = 32
/** A place that has answered 2xx before is given more of them. */
const FREE_FAILURES_PROVEN = 256
const SPACING_MS_MIN = 50
const SPACING_MS_MAX = 1000
/** The spacing doubles with each so many failures more. */
const FAILURES_PER_DOUBLING = 64

/**
 * Milliseconds between two requests to a place that fails.
 * @param failures in a row, without a success between
 * @param isProven it has answered with 2xx before
 */
export function failureSpacingMs(failures: number, isProven: boolean): number {
  const counted = failures - (isProven ? FREE_FAILURES_PROVEN : FREE_FAILURES)
  if (counted < 0) return 0
  return Math.min(SPACING_MS_MIN * 2 ** (counted / FAILURES_PER_DOUBLING), SPACING_MS_MAX)
}

export class FailureBrake {
  #limit: number
  #inFlight = 0
  #failures = 0
  #isProven = false
  #nextAt = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Without a success between them. */
  get failures(): number {
    return this.#failures
  }

  /** Milliseconds until the next request may begin; infinite: when one has ended. */
  waitMs(now: number): number {
    return this.#inFlight >= this.#limit ? Number.POSITIVE_INFINITY : Math.max(this.#nextAt - now, 0)
  }

  began(now: number): void {
    this.#inFlight++
    this.#nextAt = now + failureSpacingMs(this.#failures, this.#isProven)
  }

  ended(): void {
    this.#inFlight--
  }

  /** The end of any request to this place: a failure halves what may be under way, a success doubles it. */
  note(isSuccess: boolean, limitMax: number): void {
    if (isSuccess) {
      this.#failures = 0
      this.#isProven = true
      this.#nextAt = 0
      this.#limit = Math.min(this.#limit * 2, limitMax)
      return
    }
    this.#failures++
    this.#limit = Math.max(this.#limit >> 1, 1)
  }
}
