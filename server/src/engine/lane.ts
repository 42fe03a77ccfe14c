// Owns the lane of one webhook: what waits, how many are in flight, and how many may be (DESIGN §2.4).
// Must never know of another webhook: a dead receiver fills its own lane and nobody else's.
import assert from 'node:assert/strict'
import type { LaneEnvelopes } from './envelope-memory.ts'
import type { HeldDelivery } from './held-delivery.ts'
import type { WorkspaceShare } from './lane-offer.ts'
import type { Health, OriginShare, OriginUser } from './origins.ts'
import type { Target } from './targets.ts'

/** What a finished attempt says about the receiver: it took the delivery, it answered something else, or it did not answer. */
export type Pace = 'succeeded' | 'failed' | 'stalled'

/** For each slot a lane holds one in flight and four that wait; the rest stays in the table. */
const HELD_PER_SLOT = 5
/** So many of them may be replayed ones, which leaves the rest to what is published meanwhile. */
const REPLAYS_PER_SLOT = 3
/** A failure takes the share of failures so far towards one; a success halves it. Above a half the lane is failing. */
const FAILURE_WEIGHT = 1 / 4

/** What is remembered of a lane that did not deliver. */
export interface LanePast {
  readonly slots: number
  readonly isStalled: boolean
  readonly failing: number | undefined
}

export interface LaneOptions {
  readonly webhookId: string
  readonly workspace: WorkspaceShare
  /** Changes as nodes come and go. */
  readonly slotsMax: () => number
  readonly past?: LanePast | undefined
  readonly onWake: (lane: Lane) => void
}

export class Lane implements LaneEnvelopes, OriginUser {
  readonly webhookId: string
  readonly workspace: WorkspaceShare
  readonly #slotsMax: () => number
  readonly #onWake: (lane: Lane) => void
  #waiting: HeldDelivery[] = []
  #head = 0
  /** Taken only when nothing else waits. Short: a replay adds no more than replayCapacity. */
  #replays: HeldDelivery[] = []
  readonly #underWay: HeldDelivery[] = []
  #slots: number
  /** Successes in a row. */
  #streak = 0
  /** undefined: nothing was sent yet. */
  #failing: number | undefined
  /** Half of what the lane held when it was filled last: with so few left it is time to fetch more. */
  #lowWater = 0
  isStalled = false
  envelopes = 0
  flightSize = 0
  /** It is among those that may have something to begin. */
  isReady = false
  /** It was woken because something that it waited for is free. */
  wokenFor: 'origin' | 'memory' | undefined
  /** As many as its rate limit lets it send within half a lease. */
  heldMax = Number.POSITIVE_INFINITY
  /** What it is sent to, as it was looked up last, and the share in its origin. */
  target: Target | undefined
  origin: OriginShare | undefined
  isLoading = false
  loadFailures = 0
  isDeleted = false

  constructor({ webhookId, workspace, slotsMax, past, onWake }: LaneOptions) {
    this.webhookId = webhookId
    this.workspace = workspace
    this.#slotsMax = slotsMax
    this.#slots = past?.slots ?? slotsMax()
    this.#failing = past?.failing
    this.isStalled = past?.isStalled ?? false
    this.#onWake = onWake
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

  /** undefined: it delivers, or nothing is known of it. */
  get past(): LanePast | undefined {
    if (!this.isStalled && this.health !== 'failing') return undefined
    return { slots: this.#slots, isStalled: this.isStalled, failing: this.#failing }
  }

  get health(): Health {
    if (this.#failing === undefined) return 'unknown'
    return this.#failing > 1 / 2 ? 'failing' : 'well'
  }

  wake(): void {
    this.wokenFor = 'origin'
    this.#onWake(this)
  }

  /**
   * How many more deliveries this lane takes into memory: five for each slot and one for each success in a row, so that a lane that
   * delivers never runs dry between two commits, but no more than it can send under one lease.
   * @param share what a lane may hold for its successes, given what all lanes hold
   */
  capacity(share: number): number {
    const earned = this.#usableSlots * HELD_PER_SLOT + Math.min(this.#streak, share)
    return Math.max(Math.min(earned, this.heldMax) - this.waiting - this.inFlight, 0)
  }

  /** True once each time that the lane has drained to half, and something waits still. */
  get isHalfDrained(): boolean {
    return this.waiting > 0 && this.waiting === this.#lowWater
  }

  /** How many deliveries a replay may add. A receiver that stalls has few slots, and is sent little again. */
  get replayCapacity(): number {
    return Math.max(this.#usableSlots * REPLAYS_PER_SLOT - this.waiting, 0)
  }

  get #usableSlots(): number {
    return this.health === 'failing' ? 1 : this.#slots
  }

  /** The capacity of a lane about which nothing is known yet. */
  static capacityDefault(slotsMax: number): number {
    return slotsMax * HELD_PER_SLOT
  }

  static replayCapacityDefault(slotsMax: number): number {
    return slotsMax * REPLAYS_PER_SLOT
  }

  push(delivery: HeldDelivery): void {
    if (delivery.trigger === 'replay') this.#replays.push(delivery)
    else this.#waiting.push(delivery)
    this.#lowWater = this.waiting >> 1
  }

  /**
   * The delivery whose turn is next, if a slot is free. Live traffic goes before what is replayed, but for a replay that has its
   * memory: behind one that finds none it would keep it, and neither would ever go.
   */
  next(): HeldDelivery | undefined {
    if (this.inFlight >= Math.min(this.#slots, this.#slotsMax())) return undefined
    const replay = this.#replays[0]
    return replay !== undefined && replay.counted !== 'no' ? replay : (this.#waiting[this.#head] ?? replay)
  }

  /** That one and those after it for which there are slots, at most so many. */
  nextFew(countMax: number): readonly HeldDelivery[] {
    const free = Math.min(this.#slots, this.#slotsMax()) - this.inFlight
    const count = Math.min(free, countMax)
    const live = this.#waiting.slice(this.#head, this.#head + count)
    if (this.#replays.length === 0) return live
    const counted = this.#replays.findIndex((replay) => replay.counted === 'no')
    const ahead = this.#replays.slice(0, counted === -1 ? undefined : counted)
    return [...ahead, ...live, ...this.#replays.slice(ahead.length, ahead.length + count)].slice(0, count)
  }

  /** It has a slot from now on. */
  take(delivery: HeldDelivery): void {
    this.shift(delivery)
    this.#underWay.push(delivery)
  }

  /** It waits no longer. */
  shift(delivery: HeldDelivery): void {
    if (this.#waiting[this.#head] !== delivery) {
      assert(this.#replays.shift() === delivery, 'what is next in a lane is taken out of it')
      return
    }
    this.#head++
    if (this.#head === this.#waiting.length || this.#head > 1024) this.#compact()
  }

  /**
   * Frees a slot. Stalls halve the slots down to one, so that a dead receiver costs one connection and not sixteen;
   * responses give them back. Additive memory, multiplicative retreat: the shape of TCP's congestion window.
   * @param pace undefined: nothing was sent, which says nothing of the receiver
   */
  finish(delivery: HeldDelivery, pace: Pace | undefined): void {
    this.#land(delivery)
    if (pace === undefined) return
    this.#noteHealth(pace === 'succeeded')
    this.isStalled = pace === 'stalled'
    if (pace === 'stalled') {
      this.#slots = Math.max(1, this.#slots >> 1)
      this.#streak = 0
      return
    }
    this.#slots = Math.min(this.#slotsMax(), this.#slots * 2)
    this.#streak = pace === 'succeeded' ? this.#streak + 1 : 0
  }

  /** Takes out everything that waits. */
  drop(): HeldDelivery[] {
    const dropped = this.waitingDeliveries()
    this.#waiting = []
    this.#replays = []
    this.#head = 0
    return dropped
  }

  /** Takes out what waits and is chosen. */
  dropThose(isChosen: (delivery: HeldDelivery) => boolean): HeldDelivery[] {
    const chosen = new Set(this.waitingDeliveries().filter(isChosen))
    // Nearly always.
    if (chosen.size === 0) return []
    for (const delivery of this.drop()) if (!chosen.has(delivery)) this.push(delivery)
    return [...chosen]
  }

  /** It is sent to another url: what the one before did says nothing of it. */
  forgetHealth(): void {
    this.#failing = undefined
  }

  waitingDeliveries(): HeldDelivery[] {
    return [...this.#waiting.slice(this.#head), ...this.#replays]
  }

  #noteHealth(isSuccess: boolean): void {
    if (this.#failing === undefined) this.#failing = isSuccess ? 0 : 1
    else if (isSuccess) this.#failing /= 2
    else this.#failing += (1 - this.#failing) * FAILURE_WEIGHT
  }

  /** In any order: the last one takes its place. */
  #land(delivery: HeldDelivery): void {
    const at = this.#underWay.indexOf(delivery)
    assert(at !== -1, 'a delivery lands in the lane in which it started')
    const last = this.#underWay.pop()
    if (last !== undefined && last !== delivery) this.#underWay[at] = last
  }

  #compact(): void {
    this.#waiting = this.#waiting.slice(this.#head)
    this.#head = 0
  }
}
