// Owns claiming: takes due deliveries from the table, never more than there is room for (DESIGN §2.3).
import type { Clock } from '../platform/clock.ts'
import type { ClaimedDelivery, LeaseOffer, Storage } from '../storage/storage.ts'
import { Loop } from './loop.ts'

export interface ClaimerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'claimDue' | 'nextDueAt'>
  readonly offer: () => LeaseOffer
  readonly hold: (deliveries: readonly ClaimedDelivery[], leaseUntil: number) => void
  readonly onFault: (error: unknown) => void
}

/** At most this many rows a claim, so that no claim keeps the disk from accepting for long. */
const CLAIM_MAX = 500
/** While due rows cannot be taken (no room, order, inactive webhook) this is how often it is tried again. */
const BLOCKED_MS = 250
/** Sleeps no longer than this, should a due time ever be missed. */
const SLEEP_MS_MAX = 10_000

export class Claimer {
  readonly #dependencies: ClaimerDependencies
  readonly #loop: Loop
  #blocked = false

  constructor(dependencies: ClaimerDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Deliveries are due now. */
  wake(): void {
    this.#blocked = true
    this.#loop.wake()
  }

  /** A delivery will be due at this time. */
  noteDue(at: number): void {
    this.#loop.wakeIn(Math.max(at - this.#dependencies.clock.now(), 0))
  }

  /** A lane has room again. Free of cost while nothing is left behind in the table. */
  noteRoom(): void {
    if (this.#blocked) this.#loop.wake()
  }

  /** One bounded claim. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage, offer, hold } = this.#dependencies
    const lease = offer()
    if (lease.limit === 0) return BLOCKED_MS
    const claimed = await storage.claimDue({ ...lease, limit: Math.min(lease.limit, CLAIM_MAX) }, clock.now())
    if (claimed.length > 0) hold(claimed, lease.until)
    this.#blocked = claimed.length > 0
    if (claimed.length === CLAIM_MAX) return 0
    const dueAt = await storage.nextDueAt()
    if (dueAt === null) return SLEEP_MS_MAX
    const delayMs = dueAt - clock.now()
    this.#blocked = delayMs <= 0
    return delayMs <= 0 ? BLOCKED_MS : Math.min(delayMs, SLEEP_MS_MAX)
  }
}
