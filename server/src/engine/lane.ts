// Owns the lane of one webhook: what waits, how many are in flight, and how many may be (DESIGN §2.4).
// Must never know of another webhook: a dead receiver fills its own lane and nobody else's.
import assert from 'node:assert/strict'
import type { Clock } from '../platform/clock.ts'
import type { HeldDelivery } from './held-delivery.ts'

/** What a finished attempt says about the receiver: it kept up, or it cost time without an answer. */
export type Pace = 'answered' | 'stalled'

/** For each slot in flight this many may wait in memory; the rest stays in the table. */
const WAITING_PER_SLOT = 4
/** So many of them may be replayed ones, which leaves the rest to what is published meanwhile. */
const REPLAYS_PER_SLOT = 3
/** A lane that answers may hold one more for each answer in a row, up to this: it never runs dry between two claims. */
const WAITING_MAX = 4096

export class Lane {
  readonly webhookId: string
  readonly #slotsMax: () => number
  #waiting: HeldDelivery[] = []
  #head = 0
  /** Taken only when nothing else waits. Short: a replay adds no more than replayRoom. */
  #replays: HeldDelivery[] = []
  readonly #underWay: HeldDelivery[] = []
  #slots: number
  #streak = 0
  /** Half of what the lane held when it was filled last: with so few left it is time to fetch more. */
  #lowWater = 0
  /** Nothing is started before this time (rate limit); 0 when nothing holds it back. */
  pausedUntil = 0
  /** It is among those that may have something to begin. */
  isReady = false

  /** @param slotsMax changes as nodes come and go */
  constructor(webhookId: string, slotsMax: () => number) {
    this.webhookId = webhookId
    this.#slotsMax = slotsMax
    this.#slots = slotsMax()
  }

  get inFlight(): number {
    return this.#underWay.length
  }

  /** Those in flight. */
  get underWay(): readonly HeldDelivery[] {
    return this.#underWay
  }

  get waiting(): number {
    return this.#waiting.length - this.#head + this.#replays.length
  }

  get isIdle(): boolean {
    return this.inFlight === 0 && this.waiting === 0
  }

  /**
   * How many more deliveries this lane takes into memory.
   * @param share what a lane may hold beyond its first few, given what all lanes hold
   */
  room(share: number): number {
    const waitingMax = this.#slots * WAITING_PER_SLOT + Math.min(this.#streak, share, WAITING_MAX)
    return Math.max(waitingMax + this.#slots - this.waiting - this.inFlight, 0)
  }

  /** True once each time that the lane has drained to half, and something waits still. */
  get isHalfDrained(): boolean {
    return this.waiting > 0 && this.waiting === this.#lowWater
  }

  /** How many deliveries a replay may add. A receiver that stalls has few slots, and is sent little again. */
  get replayRoom(): number {
    return Math.max(this.#slots * REPLAYS_PER_SLOT - this.waiting, 0)
  }

  /** The room of a lane about which nothing is known yet. */
  static roomDefault(slotsMax: number): number {
    return slotsMax * WAITING_PER_SLOT + slotsMax
  }

  push(delivery: HeldDelivery): void {
    if (delivery.trigger === 'replay') this.#replays.push(delivery)
    else this.#waiting.push(delivery)
    this.#lowWater = this.waiting >> 1
  }

  /** Puts a delivery back to the front: it was taken, but its turn has not come. */
  unshift(delivery: HeldDelivery): void {
    this.#land(delivery)
    if (delivery.trigger === 'replay') this.#replays.unshift(delivery)
    else if (this.#head > 0) this.#waiting[--this.#head] = delivery
    else this.#waiting.unshift(delivery)
  }

  /** The next delivery if there is a free slot, which it then takes. Live traffic goes before what is replayed. */
  take(clock: Pick<Clock, 'now'>): HeldDelivery | undefined {
    if (this.inFlight >= Math.min(this.#slots, this.#slotsMax())) return undefined
    if (this.pausedUntil > 0 && clock.now() < this.pausedUntil) return undefined
    const delivery = this.#waiting[this.#head]
    if (delivery === undefined) return this.#takeReplay()
    this.#head++
    if (this.#head === this.#waiting.length || this.#head > 1024) this.#compact()
    this.#underWay.push(delivery)
    return delivery
  }

  /**
   * Frees a slot. Stalls halve the slots down to one, so that a dead receiver costs one connection and not sixteen;
   * answers give them back. Additive memory, multiplicative retreat: the shape of TCP's congestion window.
   */
  finish(delivery: HeldDelivery, pace: Pace): void {
    this.#land(delivery)
    if (pace === 'stalled') {
      this.#slots = Math.max(1, this.#slots >> 1)
      this.#streak = 0
      return
    }
    this.#slots = Math.min(this.#slotsMax(), this.#slots * 2)
    this.#streak = Math.min(this.#streak + 1, WAITING_MAX)
  }

  /** Takes out everything that waits. */
  drop(): HeldDelivery[] {
    const dropped = [...this.#waiting.slice(this.#head), ...this.#replays]
    this.#waiting = []
    this.#replays = []
    this.#head = 0
    return dropped
  }

  /** Takes out what waits and is chosen. */
  dropThose(isChosen: (delivery: HeldDelivery) => boolean): HeldDelivery[] {
    const chosen = new Set([...this.#waiting.slice(this.#head), ...this.#replays].filter(isChosen))
    // Nearly always.
    if (chosen.size === 0) return []
    for (const delivery of this.drop()) if (!chosen.has(delivery)) this.push(delivery)
    return [...chosen]
  }

  /** In any order: the last one takes its place. */
  #land(delivery: HeldDelivery): void {
    const at = this.#underWay.indexOf(delivery)
    assert(at !== -1, 'a delivery lands in the lane in which it started')
    const last = this.#underWay.pop()
    if (last !== undefined && last !== delivery) this.#underWay[at] = last
  }

  #takeReplay(): HeldDelivery | undefined {
    const delivery = this.#replays.shift()
    if (delivery !== undefined) this.#underWay.push(delivery)
    return delivery
  }

  #compact(): void {
    this.#waiting = this.#waiting.slice(this.#head)
    this.#head = 0
  }
}
