// Owns the memory for request bodies: who holds how much, who is cut off when it runs short or when a body does not come.
// Must never hold a body itself, nor decide who has to go: body-shares.ts does.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { type HeldBody, isTooSlow, PLENTY_BYTES, shareOf } from './body-shares.ts'

/** A body as its reader tells it to the capacity. */
export interface CountedBody extends HeldBody {
  bytes: number
  isComplete: boolean
  /** Ends the reading with this refusal. */
  readonly cut: (refusal: Refusal) => void
}

export interface BodyCapacityDependencies {
  readonly clock: Clock
  /** A publisher was refused for want of memory. */
  readonly onShort: () => void
}

const SWEEP_MS = 1000
const RETRY_AFTER_S = 1

export class BodyCapacity {
  readonly #clock: Clock
  readonly #onShort: () => void
  readonly #held = new Set<CountedBody>()
  #bytes = 0
  #cancel: Cancel | undefined

  constructor({ clock, onShort }: BodyCapacityDependencies) {
    this.#clock = clock
    this.#onShort = onShort
  }

  /** Of all bodies that are held. */
  get bytes(): number {
    return this.#bytes
  }

  now(): number {
    return this.#clock.monotonic()
  }

  /** Gives memory for a body that has come whole, while there is plenty. @returns how to give it back; undefined: ask with `take` */
  takeWhole(bytes: number): (() => void) | undefined {
    if (this.#bytes + bytes > PLENTY_BYTES) return undefined
    this.#bytes += bytes
    let isHeld = true
    return () => {
      if (isHeld) this.#bytes -= bytes
      isHeld = false
    }
  }

  /** Gives memory for bytes that have arrived. Throws TOO_MANY_REQUESTS when there is none, and forgets the body. */
  take(body: CountedBody, more: number): void {
    this.#held.add(body)
    while (this.#bytes + more > PLENTY_BYTES) {
      const share = shareOf(this.#held, this.#bytes, body, more, this.now())
      if (share === 'take') break
      if (share === 'refuse') {
        this.leave(body)
        throw this.#short()
      }
      this.#cutOff(share.cut, this.#short())
    }
    body.bytes += more
    this.#bytes += more
    this.#cancel ??= this.#clock.schedule(() => this.#sweep(), SWEEP_MS)
  }

  /** Releases what a body holds. To be called once it is dealt with; tolerates being called twice. */
  leave(body: CountedBody): void {
    if (!this.#held.delete(body)) return
    this.#bytes -= body.bytes
  }

  stop(): void {
    this.#cancel?.()
  }

  #short(): Refusal {
    this.#onShort()
    return new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: RETRY_AFTER_S })
  }

  #cutOff(body: CountedBody, refusal: Refusal): void {
    this.leave(body)
    body.cut(refusal)
  }

  /** Runs while there is a body; an idle service has no timer of it. */
  #sweep(): void {
    const now = this.now()
    for (const body of this.#held) if (isTooSlow(body, now)) this.#cutOff(body, new Refusal('REQUEST_TIMEOUT'))
    this.#cancel = this.#held.size === 0 ? undefined : this.#clock.schedule(() => this.#sweep(), SWEEP_MS)
  }
}
