// Owns claiming: takes due deliveries from the table, never more than the lanes have free capacity for.
// Must never claim back to back for nothing: a claim that found nothing to take is not repeated at once, whatever happens.
import type { Clock } from '../platform/clock.ts'
import type { ClaimedDelivery, LeaseOffer, Storage } from '../storage/storage.ts'
import { Loop, type OnFault } from './loop.ts'
import { type LaneWatch, NONE_SHORT, type Short, type ShortLanes } from './short-lanes.ts'

export interface ClaimerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'claimDue' | 'nextDueAt'>
  readonly shortLanes: Pick<ShortLanes, 'watch'>
  readonly offer: () => LeaseOffer
  readonly hold: (deliveries: readonly ClaimedDelivery[], leaseUntil: number) => void
  readonly onFault: OnFault
}

/** At most this many rows a claim, so that no claim keeps the disk from accepting for long. */
const CLAIM_MAX = 500
/** While due rows cannot be taken (no free capacity, or another node takes them) this is how often it is tried again. */
export const BLOCKED_MS = 250
/** And this is how soon after such a claim the next may begin, when a lane has drained or more has become due meanwhile. */
const FRUITLESS_MS = 100
/** Retries that become due one after another are claimed together. */
const GATHER_MS = 10
/** Sleeps no longer than this, should a due time ever be missed. */
export const SLEEP_MS_MAX = 10_000
/** Between a fault of this machine and the next try, so that it makes no loop. */
export const RETURNED_PAUSE_MS = 1000

export class Claimer {
  readonly #dependencies: ClaimerDependencies
  readonly #loop: Loop
  /** Webhooks whose lanes took nothing more at the last claim: they alone may have something due left behind. */
  readonly #watch: LaneWatch
  /** When the last claim ended that took nothing although something was due. */
  #fruitlessAt = Number.NEGATIVE_INFINITY
  #isClaiming = false
  #wokenMeanwhile = false

  constructor(dependencies: ClaimerDependencies) {
    const { clock, onFault, shortLanes } = dependencies
    this.#dependencies = dependencies
    this.#watch = shortLanes.watch(() => this.wake())
    this.#loop = new Loop({ clock, onFault, name: 'claimer', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Deliveries are due now. */
  wake(): void {
    if (this.#isClaiming) this.#wokenMeanwhile = true
    else this.#loop.wakeIn(this.#restMs())
  }

  /** A delivery will be due at this time. */
  noteDue(at: number): void {
    this.#loop.wakeIn(Math.max(at - this.#dependencies.clock.now(), this.#restMs(), GATHER_MS))
  }

  /** What was leased was released unsent. */
  noteReturned(): void {
    if (this.#watch.short !== NONE_SHORT) this.wake()
    this.noteDue(this.#dependencies.clock.now() + RETURNED_PAUSE_MS)
  }

  /** One bounded claim. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    this.#isClaiming = true
    this.#wokenMeanwhile = false
    try {
      const delayMs = await this.#claim()
      return this.#wokenMeanwhile ? Math.min(delayMs, this.#restMs()) : delayMs
    } finally {
      this.#isClaiming = false
    }
  }

  async #claim(): Promise<number> {
    const { clock, storage, offer, hold } = this.#dependencies
    const lease = offer()
    // What drains from now on has not been seen by this claim.
    this.#watch.short = lanesShort(lease, [])
    const request = { ...lease, limit: Math.min(lease.limit, CLAIM_MAX) }
    const claimed = lease.limit === 0 ? [] : await storage.claimDue(request, clock.now())
    if (claimed.length > 0) hold(claimed, lease.until)
    this.#watch.short = lanesShort(lease, claimed)
    const isAnyLeft = claimed.length === CLAIM_MAX || lease.limit === 0
    return this.#rest(claimed.length, isAnyLeft ? 0 : await this.#untilDue())
  }

  /** @param dueInMs none or less: something is due that was not taken */
  #rest(claimed: number, dueInMs: number): number {
    const isLeft = dueInMs <= 0
    this.#fruitlessAt = isLeft && claimed === 0 ? this.#dependencies.clock.monotonic() : Number.NEGATIVE_INFINITY
    if (claimed === CLAIM_MAX) return 0
    if (isLeft) return BLOCKED_MS
    this.#watch.short = NONE_SHORT
    return Math.min(Math.max(dueInMs, GATHER_MS), SLEEP_MS_MAX)
  }

  #restMs(): number {
    return Math.max(this.#fruitlessAt + FRUITLESS_MS - this.#dependencies.clock.monotonic(), 0)
  }

  /** Milliseconds; none or less: something is due. */
  async #untilDue(): Promise<number> {
    const { clock, storage } = this.#dependencies
    const dueAt = await storage.nextDueAt()
    return dueAt === null ? SLEEP_MS_MAX : dueAt - clock.now()
  }
}

/** The lanes that take nothing more after this claim. */
function lanesShort(lease: LeaseOffer, claimed: readonly ClaimedDelivery[]): Short {
  if (claimed.length >= lease.limit) return 'all'
  const left = new Map(lease.capacity)
  for (const { webhookId } of claimed) left.set(webhookId, (left.get(webhookId) ?? lease.capacityDefault) - 1)
  return new Set([...left].filter(([, capacity]) => capacity <= 0).map(([webhookId]) => webhookId))
}
