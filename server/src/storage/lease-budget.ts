// Owns how much of a lease offer is left while one batch is written: in all, and per webhook.
import type { LeaseOffer } from './storage.ts'

export class LeaseBudget {
  readonly #offer: LeaseOffer
  readonly #room: ReadonlyMap<string, number>
  readonly #taken = new Map<string, number>()
  #left: number

  constructor(offer: LeaseOffer) {
    this.#offer = offer
    this.#room = new Map(offer.room)
    this.#left = offer.limit
  }

  get token(): string {
    return this.#offer.token
  }

  get until(): number {
    return this.#offer.until
  }

  /** How many more may be leased in all. */
  get left(): number {
    return Math.max(this.#left, 0)
  }

  /** How many more of this webhook may be leased. */
  room(webhookId: string): number {
    const room = this.#room.get(webhookId) ?? this.#offer.roomDefault
    return Math.max(Math.min(room - (this.#taken.get(webhookId) ?? 0), this.#left), 0)
  }

  /** Counts leases, also those that are made whether there is room or not. */
  take(webhookId: string, count: number): void {
    this.#taken.set(webhookId, (this.#taken.get(webhookId) ?? 0) + count)
    this.#left -= count
  }
}
