// Owns how much of a lease offer is left while one batch is written: in all, of each workspace, and of each webhook.
import type { LeaseOffer } from '../interface/hot-storage.ts'

/** So many deliveries of a webhook may be leased from the reserve of an offer, in one batch. */
export const LEASED_IN_RESERVE = 2

/** What is queued goes the way of everything that is due. */
export const NOTHING_OFFERED: LeaseOffer = {
  token: '',
  until: 0,
  limit: 0,
  capacityDefault: 0,
  capacity: [],
  workspaceDefault: 0,
  workspaces: [],
  common: 0,
  reserve: 0,
  firstWaitMs: 0,
}

export class LeaseBudget {
  readonly #offer: LeaseOffer
  readonly #capacity: ReadonlyMap<string, number>
  readonly #workspaces: ReadonlyMap<string, number>
  readonly #takenOfWebhook = new Map<string, number>()
  readonly #takenOfWorkspace = new Map<string, number>()
  #left: number
  #commonLeft: number
  #reserveLeft: number

  constructor(offer: LeaseOffer) {
    this.#offer = offer
    this.#capacity = new Map(offer.capacity)
    this.#workspaces = new Map(offer.workspaces)
    this.#left = offer.limit
    this.#commonLeft = offer.common
    this.#reserveLeft = offer.reserve
  }

  /** What is left now, to plan with. */
  copy(): LeaseBudget {
    const copy = new LeaseBudget(this.#offer)
    for (const [id, count] of this.#takenOfWebhook) copy.#takenOfWebhook.set(id, count)
    for (const [id, count] of this.#takenOfWorkspace) copy.#takenOfWorkspace.set(id, count)
    copy.#left = this.#left
    copy.#commonLeft = this.#commonLeft
    copy.#reserveLeft = this.#reserveLeft
    return copy
  }

  get token(): string {
    return this.#offer.token
  }

  get firstWaitMs(): number {
    return this.#offer.firstWaitMs
  }

  get until(): number {
    return this.#offer.until
  }

  /** How many more may be leased in all. */
  get left(): number {
    return Math.max(this.#left, 0)
  }

  /** Nothing more of this webhook may be leased, whatever its workspace may have. */
  isFull(webhookId: string): boolean {
    return this.#left <= 0 || this.#ofWebhook(webhookId) <= 0
  }

  /** How many more of this webhook may be leased. */
  capacity(workspaceId: string, webhookId: string): number {
    if (this.isFull(webhookId)) return 0
    const common = this.#commonFor(workspaceId)
    const taken = this.#takenOfWebhook.get(webhookId) ?? 0
    const available = common > 0 ? common : Math.min(LEASED_IN_RESERVE - taken, this.#reserveLeft)
    return Math.max(Math.min(this.#ofWebhook(webhookId), available, this.#left), 0)
  }

  /** Counts leases, also those that are made whether there is capacity or not. */
  take(workspaceId: string, webhookId: string, count: number): void {
    this.#left -= count
    this.#takenOfWebhook.set(webhookId, (this.#takenOfWebhook.get(webhookId) ?? 0) + count)
    if (this.#commonFor(workspaceId) <= 0) {
      this.#reserveLeft -= count
      return
    }
    this.#commonLeft -= count
    this.#takenOfWorkspace.set(workspaceId, (this.#takenOfWorkspace.get(workspaceId) ?? 0) + count)
  }

  #ofWebhook(webhookId: string): number {
    return (this.#capacity.get(webhookId) ?? this.#offer.capacityDefault) - (this.#takenOfWebhook.get(webhookId) ?? 0)
  }

  #commonFor(workspaceId: string): number {
    const capacity = this.#workspaces.get(workspaceId) ?? this.#offer.workspaceDefault
    return Math.min(this.#commonLeft, capacity - (this.#takenOfWorkspace.get(workspaceId) ?? 0))
  }
}
