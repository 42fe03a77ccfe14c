// Owns what the loop of a consumer hands out: one leased delivery, and the ways to say what became of it.
import type { PulledDelivery } from './resources.generated.ts'

/** One delivery, leased to this consumer for as long as it works on it. */
export class PulledItem {
  readonly deliveryId: string
  /** 1 for the first attempt of the delivery. */
  readonly attempt: number
  /** The headers of a push. `constructEvent(item.body, item.headers, secret)` verifies them. */
  readonly headers: Readonly<Record<string, string>>
  /** The raw body of a push: the text that is signed. */
  readonly body: string
  readonly #settle: (status: number | null, body: string | undefined) => void
  readonly #isHeld: () => boolean

  constructor(
    delivery: PulledDelivery,
    settle: (status: number | null, body: string | undefined) => void,
    isHeld: () => boolean,
  ) {
    this.deliveryId = delivery.deliveryId
    this.attempt = delivery.attempt
    this.headers = delivery.headers
    this.body = delivery.body
    this.#settle = settle
    this.#isHeld = isHeld
  }

  /** False once it is settled, or its lease may have ended, as after the machine slept: then another consumer may have it. */
  get isHeld(): boolean {
    return this.#isHeld()
  }

  /**
   * It is done: nothing sends it again. The loop does this by itself when its body goes on. Only the first call counts.
   * @param body kept with the attempt, at most 16 KiB
   */
  ack(body?: string): void {
    this.#settle(200, body)
  }

  /**
   * It failed: it comes again by the retry schedule of the webhook. Only the first call counts.
   * @param status as a receiver would answer; 410 ends the webhook
   * @param body kept with the attempt, at most 16 KiB
   */
  fail(status = 500, body?: string): void {
    this.#settle(status, body)
  }

  /** It is released without an attempt, and due again at once. Only the first call counts. */
  release(): void {
    this.#settle(null, undefined)
  }
}
