// Owns all lanes of this node: starts attempts as slots free up and says how much more may be leased.
// Must never touch storage: who holds it gives dropped deliveries back.
import type { Cancel, Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { Standing } from '../storage/storage.ts'
import { ALONE } from './alone.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { Lane, type Pace } from './lane.ts'

/** What became of a delivery that got a slot: an attempt, or its turn comes only after `waitMs`. */
export type SlotEnd =
  | { readonly kind: 'done'; readonly pace: Pace }
  | { readonly kind: 'wait'; readonly waitMs: number }

/**
 * A lane may hold a quarter of what is still free. So the more is held, the less a fast one takes, and something is
 * always left for the next (dynamic thresholds, as in switches that share a buffer).
 */
const SHARE_OF_FREE = 1 / 4

/**
 * More room than the default is told only while there are so few lanes: each then may want many deliveries at once. Told of
 * 500 lanes it would be 22 kB with every commit. So many are also kept when they are idle: a lane that has run dry for a
 * moment is still one that answers, and what it has no room for must be claimed, on PostgreSQL at the price of the rest of its way.
 */
const LANES_TOLD_MAX = 64

/**
 * So many attempts begin in one turn of the event loop. The turn's work follows from it, so more a turn are not more a second:
 * they are more connections in use at once, whose memory no cache holds (docs/decisions/0030). Who waits for slow receivers
 * gets there in a few turns.
 */
const STARTS_PER_TURN = 64

export interface LanesDependencies {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'turnEnd'>
  readonly standing?: Pick<Standing, 'takesWork' | 'nodes'>
  /** Makes one attempt. Never rejects. */
  readonly attempt: (delivery: HeldDelivery) => Promise<SlotEnd>
  /** Called when a lane runs low. */
  readonly onRoom: (webhookId: string) => void
}

export interface LanesOptions {
  /** Over all nodes, which share it in equal parts; but each has one at least. */
  readonly inFlightPerWebhookMax: number
  /** In all lanes together, waiting and in flight, and the characters of their bodies: the bounds of memory. */
  readonly heldMax: number
  readonly heldBodyMax: number
}

export interface Room {
  readonly limit: number
  readonly roomDefault: number
  /** Webhooks whose room differs much from the default. */
  readonly room: readonly (readonly [webhookId: string, room: number])[]
}

export class Lanes {
  readonly #dependencies: LanesDependencies
  readonly #options: LanesOptions
  readonly #lanes = new Map<string, Lane>()
  /** Those that may have something to begin. A set would be given new memory at every turn of a lane. */
  readonly #ready: Lane[] = []
  /** Where in them the next turn is. */
  #nextReady = 0
  /** Those that have nothing to do, the one that has rested longest first. */
  readonly #resting = new Set<Lane>()
  readonly #pauses = new Map<string, Cancel>()
  /** In flight, and here again under a newer lease. When the wall clock jumps, a lease can run out while its delivery is held. */
  readonly #superseded = new Set<HeldDelivery>()
  readonly #idle: (() => void)[] = []
  readonly #standing: Pick<Standing, 'takesWork' | 'nodes'>
  readonly #slotsMax = () => Math.max(Math.floor(this.#options.inFlightPerWebhookMax / this.#standing.nodes()), 1)
  #held = 0
  #inFlight = 0
  #heldBody = 0
  #startsInTurn = 0
  #stopped = false

  constructor(dependencies: LanesDependencies, options: LanesOptions) {
    this.#dependencies = dependencies
    this.#options = options
    this.#standing = dependencies.standing ?? ALONE
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#held - this.#inFlight
  }

  /** How many deliveries of one webhook a replay may make due now, those that are due already included. */
  replayRoom(webhookId: string): number {
    if (this.#free < this.#options.heldMax / 2) return 0
    const lane = this.#lanes.get(webhookId) ?? new Lane(webhookId, this.#slotsMax)
    return lane.replayRoom
  }

  /** How much may be leased now, in all and per webhook. */
  room(): Room {
    const limit = this.#free
    const roomDefault = Lane.roomDefault(this.#slotsMax())
    const isMoreTold = this.#lanes.size <= LANES_TOLD_MAX
    const room: [string, number][] = []
    for (const lane of this.#lanes.values()) {
      const own = lane.room(Math.floor(limit * SHARE_OF_FREE))
      if (own < roomDefault / 2 || (isMoreTold && own > roomDefault)) room.push([lane.webhookId, own])
    }
    return { limit, roomDefault, room }
  }

  /** How many more deliveries memory is meant to hold, if their bodies are as long as those it holds. */
  get #free(): number {
    const { heldMax, heldBodyMax } = this.#options
    if (this.#stopped || !this.#standing.takesWork()) return 0
    const free = Math.max(heldMax - this.#held, 0)
    if (this.#held === 0) return free
    const bodyMean = this.#heldBody / this.#held
    return Math.min(free, Math.floor(Math.max(heldBodyMax - this.#heldBody, 0) / bodyMean))
  }

  /** What was claimed may be held under an older lease: it is sent under the newer one only. */
  pushClaimed(deliveries: readonly HeldDelivery[]): void {
    const lanes = new Set(deliveries.map(({ webhookId }) => this.#lanes.get(webhookId)))
    const ids = new Set(deliveries.map(({ id }) => id))
    for (const lane of lanes) {
      if (lane !== undefined) this.#supersede(lane, ({ id }) => ids.has(id))
    }
    this.push(deliveries)
  }

  /** Of new deliveries, which nobody can hold. */
  push(deliveries: readonly HeldDelivery[]): void {
    for (const delivery of deliveries) {
      const lane = this.#lane(delivery.webhookId)
      lane.push(delivery)
      this.#heldBody += delivery.body.length
      this.#makeReady(lane)
    }
    this.#held += deliveries.length
    this.#startReady()
  }

  /** Takes out everything that waits. */
  drop(): HeldDelivery[] {
    const dropped = [...this.#lanes.values()].flatMap((lane) => lane.drop())
    for (const delivery of dropped) this.#leave(delivery)
    return dropped
  }

  /** Starts nothing more. What waits is returned; what is in flight goes on. */
  stop(): HeldDelivery[] {
    this.#stopped = true
    for (const cancel of this.#pauses.values()) cancel()
    this.#pauses.clear()
    return this.drop()
  }

  /** Takes out everything that waits, and returns what is in flight beside it. */
  abandon(): HeldDelivery[] {
    return [...this.drop(), ...[...this.#lanes.values()].flatMap(({ underWay }) => underWay)]
  }

  /** Resolves when nothing is in flight. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  #lane(webhookId: string): Lane {
    const known = this.#lanes.get(webhookId)
    if (known !== undefined) {
      this.#resting.delete(known)
      return known
    }
    const lane = new Lane(webhookId, this.#slotsMax)
    this.#lanes.set(webhookId, lane)
    this.#forgetRested()
    return lane
  }

  #forgetRested(): void {
    for (const lane of this.#resting) {
      if (this.#lanes.size <= LANES_TOLD_MAX) return
      this.#resting.delete(lane)
      this.#lanes.delete(lane.webhookId)
    }
  }

  #advance(lane: Lane): void {
    this.#makeReady(lane)
    this.#startReady()
  }

  #makeReady(lane: Lane): void {
    if (lane.isReady) return
    lane.isReady = true
    this.#ready.push(lane)
  }

  /** One attempt of each lane in turn, until none has a free slot with something to send or this turn has had its share. */
  #startReady(): void {
    while (!this.#stopped && this.#startsInTurn < STARTS_PER_TURN) {
      if (this.#nextReady >= this.#ready.length) this.#nextReady = 0
      const lane = this.#ready[this.#nextReady]
      if (lane === undefined) return
      const next = lane.take(this.#dependencies.clock)
      if (next === undefined) this.#skip(lane)
      else this.#start(lane, next)
    }
  }

  /** The last one takes its place, and its turn. */
  #skip(lane: Lane): void {
    lane.isReady = false
    const last = this.#ready.pop()
    if (last !== undefined && last !== lane) this.#ready[this.#nextReady] = last
  }

  #start(lane: Lane, delivery: HeldDelivery): void {
    this.#nextReady++
    if (lane.isHalfDrained) this.#dependencies.onRoom(lane.webhookId)
    if (this.#startsInTurn++ === 0) void this.#countNextTurn()
    this.#inFlight++
    void this.#run(lane, delivery)
  }

  async #countNextTurn(): Promise<void> {
    await this.#dependencies.loop.turnEnd()
    this.#startsInTurn = 0
    this.#startReady()
  }

  async #run(lane: Lane, delivery: HeldDelivery): Promise<void> {
    const end = await this.#dependencies.attempt(delivery)
    this.#inFlight--
    const isSuperseded = this.#superseded.delete(delivery)
    if (end.kind === 'wait' && !isSuperseded) this.#putBack(lane, delivery, end.waitMs)
    else this.#finish(lane, delivery, end.kind === 'wait' ? 'answered' : end.pace)
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  #supersede(lane: Lane, isNewer: (delivery: HeldDelivery) => boolean): void {
    for (const delivery of lane.dropThose(isNewer)) this.#leave(delivery)
    for (const delivery of lane.underWay) if (isNewer(delivery)) this.#superseded.add(delivery)
  }

  /** The delivery is held no longer. */
  #leave(delivery: HeldDelivery): void {
    this.#held--
    this.#heldBody -= delivery.body.length
  }

  #finish(lane: Lane, delivery: HeldDelivery, pace: Pace): void {
    this.#leave(delivery)
    lane.finish(delivery, pace)
    this.#advance(lane)
    if (lane.isIdle && pace === 'answered') {
      this.#resting.add(lane)
      this.#forgetRested()
    }
    if (lane.waiting === 0) this.#dependencies.onRoom(lane.webhookId)
  }

  #putBack(lane: Lane, delivery: HeldDelivery, waitMs: number): void {
    lane.unshift(delivery)
    if (this.#stopped) return
    const { clock } = this.#dependencies
    lane.pausedUntil = clock.now() + waitMs
    if (this.#pauses.has(lane.webhookId)) return
    const resume = () => {
      this.#pauses.delete(lane.webhookId)
      lane.pausedUntil = 0
      this.#advance(lane)
    }
    this.#pauses.set(lane.webhookId, clock.schedule(resume, waitMs))
  }
}
