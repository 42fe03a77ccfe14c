// Owns all lanes of this node: starts each attempt when it may begin, holds their results until they are recorded, and says how
// much more may be leased.
// Must never take a delivery before it may be sent, so that none is put back; nor touch storage.
import { WAIT_REASONS, type WaitReason } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import { ALONE, type Membership, NOTHING_OFFERED } from '../storage/storage.ts'
import type { AttemptEnd } from './attempt.ts'
import type { EnvelopeMemory } from './envelope-memory.ts'
import type { ErasedDeliveries, HeldDelivery } from './held-delivery.ts'
import { Lane } from './lane.ts'
import { LaneBook } from './lane-book.ts'
import { type Capacity, offeredCapacity, type WorkspaceShare } from './lane-offer.ts'
import { StartConditions, type StartDependencies, type StartOptions, type Taken } from './start-conditions.ts'
import type { Target } from './targets.ts'

/**
 * So many attempts begin in one tick. The work of a tick follows from it, so more a tick are not more a second:
 * they are more connections in use at once, whose memory no cache holds (docs/performance.md). Who waits for slow receivers
 * gets there in a few ticks.
 */
const STARTS_PER_TICK = 64

/** Results that wait for the disk hold a response of up to 16 KiB each. With so many nothing more is sent. */
const UNRECORDED_MAX = 2500

export interface LanesDependencies extends Omit<StartDependencies, 'onReady' | 'membership'> {
  readonly clock: Clock
  readonly loop: Pick<EventLoop, 'afterTick'>
  readonly membership?: Membership
  readonly memory: EnvelopeMemory
  /** Makes one attempt. Never rejects. */
  readonly attempt: (delivery: HeldDelivery, target: Target) => Promise<AttemptEnd>
  /** Gives a delivery back that is not to be sent by this node. */
  readonly release: (delivery: HeldDelivery) => void
  /** What was erased after it had come into memory. To be asked when a delivery would be sent. */
  readonly erased: Pick<ErasedDeliveries, 'take'>
  /** Called when a lane runs low. */
  readonly onCapacity: (webhookId: string) => void
}

export interface LanesOptions extends StartOptions {
  /** Over all nodes, which share it in equal parts; but each has one at least. */
  readonly inFlightPerWebhookMax: number
  /** In all lanes together: waiting, in flight, and with a result that is not recorded. */
  readonly heldMax: number
}

export class Lanes {
  readonly #dependencies: LanesDependencies
  readonly #options: LanesOptions
  readonly #book: LaneBook
  readonly #startConditions: StartConditions
  /** Those that may have something to begin. A set would be given new memory each time a lane comes up. */
  readonly #ready: Lane[] = []
  /** Which of them is next. */
  #nextReady = 0
  readonly #idle: (() => void)[] = []
  readonly #membership: Membership
  readonly #slotsMax = () => Math.max(Math.floor(this.#options.inFlightPerWebhookMax / this.#membership.nodes()), 1)
  #held = 0
  #inFlight = 0
  #unrecorded = 0
  #startsInTick = 0
  #isStarting = false
  #stopped = false

  constructor(dependencies: LanesDependencies, options: LanesOptions) {
    this.#dependencies = dependencies
    this.#options = options
    this.#membership = dependencies.membership ?? ALONE
    this.#startConditions = new StartConditions(
      { ...dependencies, membership: this.#membership, onReady: (lane) => this.#advance(lane) },
      options,
    )
    this.#book = new LaneBook({
      slotsMax: this.#slotsMax,
      onWake: (lane) => this.#advance(lane),
      onForgotten: (lane) => this.#startConditions.forget(lane),
    })
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#held - this.#inFlight - this.#unrecorded
  }

  /** Results that are not on disk yet. */
  get unrecorded(): number {
    return this.#unrecorded
  }

  /** Deliveries that wait because their origin has as much as it may have. */
  get waitingForOrigin(): number {
    let count = 0
    for (const { waiting } of this.#dependencies.origins.waiting()) count += waiting
    return count
  }

  /** All of `waiting`, by what they wait for. */
  get waitingFor(): Readonly<Record<WaitReason, number>> {
    const counts = Object.fromEntries(WAIT_REASONS.map((reason) => [reason, 0])) as Record<WaitReason, number>
    const waitForOrigin = new Set<unknown>(this.#dependencies.origins.waiting())
    for (const lane of this.#book.lanes.values()) {
      if (lane.waiting > 0) counts[this.#reasonOf(lane, waitForOrigin)] += lane.waiting
    }
    return counts
  }

  #reasonOf(lane: Lane, waitForOrigin: ReadonlySet<unknown>): WaitReason {
    if (lane.next() === undefined) return 'in_flight_limit'
    return waitForOrigin.has(lane) ? 'origin' : this.#startConditions.reasonOf(lane)
  }

  /** How many deliveries of one webhook a replay may make due now, those that are due already included. */
  replayCapacity(webhookId: string): number {
    if (!this.#takesMore || this.#held > this.#options.heldMax / 2) return 0
    return this.#book.replayCapacity(webhookId)
  }

  /** How much may be leased now, in all, by workspace and by webhook. */
  capacity(): Capacity {
    if (!this.#takesMore) return NOTHING_OFFERED
    const { lanes, workspaces } = this.#book
    return offeredCapacity({
      held: this.#held,
      heldMax: this.#options.heldMax,
      capacityDefault: Lane.capacityDefault(this.#slotsMax()),
      lanes,
      workspaces: workspaces.values(),
    })
  }

  /** What was claimed may be held under an older lease: it is sent under the newer one only. */
  pushClaimed(deliveries: readonly HeldDelivery[]): void {
    const lanes = new Set(deliveries.map(({ webhookId }) => this.#book.get(webhookId)))
    const ids = new Set(deliveries.map(({ id }) => id))
    for (const lane of lanes) {
      if (lane === undefined) continue
      for (const delivery of lane.dropThose(({ id }) => ids.has(id))) this.#leave(lane, delivery)
    }
    this.push(deliveries)
  }

  /** Of new deliveries, which nobody can hold. */
  push(deliveries: readonly HeldDelivery[]): void {
    const { memory } = this.#dependencies
    let areAllKept = true
    for (const delivery of deliveries) {
      const lane = this.#book.open(delivery.webhookId, delivery.workspaceId)
      lane.push(delivery)
      lane.workspace.held++
      if (!memory.keep(lane, delivery)) areAllKept = false
      this.#makeReady(lane)
    }
    // Not before: another delivery of the same event may have kept it.
    if (!areAllKept) for (const { envelope } of deliveries) memory.dropUnused(envelope)
    this.#held += deliveries.length
    this.#startReady()
  }

  /** The webhook may have another receiver now. */
  webhookChanged(webhookId: string): void {
    this.#book.forgetPast(webhookId)
    const lane = this.#book.get(webhookId)
    if (lane !== undefined) this.#advance(lane)
  }

  /** Takes out everything that waits. */
  drop(): HeldDelivery[] {
    return [...this.#book.lanes.values()].flatMap((lane) => {
      const dropped = lane.drop()
      for (const delivery of dropped) this.#leave(lane, delivery)
      this.#restIfIdle(lane)
      return dropped
    })
  }

  /** Starts nothing more. What waits is returned; what is in flight goes on. */
  stop(): HeldDelivery[] {
    this.#stopped = true
    const dropped = this.drop()
    this.#startConditions.stop()
    return dropped
  }

  /** Takes out everything that waits, and returns what is in flight beside it. */
  abandon(): HeldDelivery[] {
    return [...this.drop(), ...[...this.#book.lanes.values()].flatMap(({ underWay }) => underWay)]
  }

  /** Resolves when nothing is in flight. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve))
  }

  get #takesMore(): boolean {
    return !this.#stopped && this.#membership.acceptsWork()
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

  /** One attempt of each lane in turn, until none has a free slot with something to send or this tick has had its share. */
  #startReady(): void {
    if (this.#isStarting) return
    this.#isStarting = true
    try {
      while (!this.#stopped && this.#startsInTick < STARTS_PER_TICK && this.#unrecorded < UNRECORDED_MAX) {
        if (this.#nextReady >= this.#ready.length) this.#nextReady = 0
        const lane = this.#ready[this.#nextReady]
        if (lane === undefined) return
        if (this.#step(lane)) this.#nextReady++
        else this.#skip(lane)
      }
    } finally {
      this.#isStarting = false
    }
  }

  /** Does what is next in a lane; false: nothing is, or it has to wait. */
  #step(lane: Lane): boolean {
    const delivery = lane.next()
    if (delivery === undefined) return false
    const isErased = this.#dependencies.erased.take(delivery.id)
    const start = isErased ? 'release' : this.#startConditions.check(lane, delivery)
    if (start === 'wait') return false
    if (this.#startsInTick++ === 0) void this.#countNextTick()
    if (start === 'begin') this.#begin(lane, delivery)
    else {
      lane.shift(delivery)
      this.#leave(lane, delivery)
      if (!isErased) this.#dependencies.release(delivery)
      this.#restIfIdle(lane)
    }
    return true
  }

  /** The last one takes its place. */
  #skip(lane: Lane): void {
    lane.isReady = false
    const last = this.#ready.pop()
    if (last !== undefined && last !== lane) this.#ready[this.#nextReady] = last
    if (lane.wokenFor !== undefined) this.#startConditions.passOn(lane)
  }

  #begin(lane: Lane, delivery: HeldDelivery): void {
    const taken = this.#startConditions.take(lane, delivery)
    lane.take(delivery)
    if (lane.wokenFor === 'memory') this.#startConditions.passOn(lane)
    lane.wokenFor = undefined
    if (lane.isHalfDrained) this.#dependencies.onCapacity(lane.webhookId)
    this.#inFlight++
    void this.#run(lane, delivery, taken)
  }

  async #countNextTick(): Promise<void> {
    await this.#dependencies.loop.afterTick()
    this.#startsInTick = 0
    this.#startReady()
  }

  async #run(lane: Lane, delivery: HeldDelivery, taken: Taken): Promise<void> {
    const end = await this.#dependencies.attempt(delivery, taken.target)
    this.#inFlight--
    const pace = end.kind === 'sent' ? end.pace : undefined
    lane.finish(delivery, pace)
    if (end.kind === 'sent') void this.#holdUntilRecorded(lane.workspace, delivery.id, end.recorded)
    else this.#unhold(lane.workspace)
    this.#startConditions.ended(lane, delivery, taken, pace)
    if (pace === 'stalled') this.#dropTexts(lane)
    this.#advance(lane)
    this.#restIfIdle(lane)
    if (lane.waiting === 0) this.#dependencies.onCapacity(lane.webhookId)
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }

  async #holdUntilRecorded(workspace: WorkspaceShare, deliveryId: string, recorded: Promise<unknown>): Promise<void> {
    this.#unrecorded++
    try {
      await recorded
    } catch (error) {
      this.#dependencies.log.error({ err: error, deliveryId }, 'a result was lost; the delivery will be sent again')
    }
    this.#unrecorded--
    this.#unhold(workspace)
    if (this.#unrecorded === UNRECORDED_MAX - 1) this.#startReady()
  }

  /** What waits for a receiver that does not answer is not kept in memory for it. */
  #dropTexts(lane: Lane): void {
    for (const delivery of lane.waitingDeliveries()) this.#dependencies.memory.drop(lane, delivery)
  }

  #restIfIdle(lane: Lane): void {
    if (lane.isIdle && this.#book.get(lane.webhookId) === lane) this.#book.rest(lane)
  }

  /** It waits no longer, and is held no longer. */
  #leave(lane: Lane, delivery: HeldDelivery): void {
    this.#dependencies.memory.leave(lane, delivery)
    this.#unhold(lane.workspace)
  }

  #unhold(workspace: WorkspaceShare): void {
    this.#held--
    this.#book.workspaces.release(workspace)
  }
}
