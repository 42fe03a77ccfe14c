// Owns whether the next delivery of a lane may begin now, and who is looked at again when (docs/decisions/0041, 0042): webhook
// → lease → membership → origin → memory → envelope → rate limit.
// Must never take anything before all of it is there: a delivery that waits is not an attempt and is not put back.
import type { Logger } from 'pino'
import type { WaitReason } from '../metrics.ts'
import type { Cancel, Clock } from '../platform/clock.ts'
import { FairQueue } from '../platform/fair-queue.ts'
import type { Membership } from '../storage/storage.ts'
import type { EnvelopeMemory } from './envelope-memory.ts'
import type { EnvelopeReader } from './envelope-reader.ts'
import { type HeldDelivery, isLeaseLongEnough } from './held-delivery.ts'
import type { Lane, Pace } from './lane.ts'
import type { WorkspaceShare } from './lane-offer.ts'
import type { Health, OriginShare, Origins } from './origins.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Target, Targets } from './targets.ts'
import { WebhookFaultLog } from './webhook-fault-log.ts'

export interface StartDependencies {
  readonly clock: Clock
  readonly membership: Pick<Membership, 'isLive' | 'nodes'>
  readonly targets: Pick<Targets, 'get'>
  readonly rateLimiter: Pick<RateLimiter, 'waitMs' | 'take'>
  readonly origins: Origins
  readonly memory: EnvelopeMemory
  readonly envelopes: Pick<EnvelopeReader, 'read'>
  readonly log: Logger
  /** The lane may have something to begin. */
  readonly onReady: (lane: Lane) => void
}

export interface StartOptions {
  /** Total time of one attempt. A lease with less than twice this left is not worth starting under. */
  readonly timeoutMs: number
  readonly leaseMs: number
}

/** `release`: it is not to be sent by this node, now or ever. */
export type Start = 'begin' | 'wait' | 'release'

/** What a delivery in flight has taken, to be released when it ends. */
export interface Taken {
  readonly target: Target
  readonly origin: OriginShare
  /** As what its origin counts it. */
  readonly begunAs: Health
}

/** Another node may have what is held by now: this one finds out with its next heartbeat. */
const UNHEARD_MS = 500
/** Envelopes that are read for one lane at a time. */
const READ_AHEAD_MAX = 16
/** A webhook or an envelope that cannot be read is looked at again after this, then after twice as long, and so on. */
const LOAD_RETRY_MS = 1000
export const LOAD_RETRY_MS_MAX = 60_000

export class StartConditions {
  readonly #dependencies: StartDependencies
  readonly #options: StartOptions
  readonly #pauses = new Map<Lane, { readonly cancel: Cancel; readonly reason: WaitReason }>()
  /**
   * Lanes without an envelope in flight that wait for memory. The others are looked at again when one of theirs ends. Those of a
   * workspace that stalled wait apart: there may be capacity for the others when there is none for them.
   */
  readonly #shortOfMemory: Readonly<Record<'stalled' | 'others', FairQueue<WorkspaceShare, Lane>>> = {
    stalled: new FairQueue(),
    others: new FairQueue(),
  }
  #isTurnOfStalled = false
  readonly #faults: WebhookFaultLog
  #isStopped = false

  constructor(dependencies: StartDependencies, options: StartOptions) {
    this.#dependencies = dependencies
    this.#faults = new WebhookFaultLog(dependencies)
    this.#options = options
  }

  /** Whether the next delivery of a lane may begin. If it has to wait, its lane is told when that may be over. */
  check(lane: Lane, delivery: HeldDelivery): Start {
    const { clock, membership, rateLimiter, origins, memory } = this.#dependencies
    if (lane.isLoading || this.#pauses.has(lane)) return 'wait'
    const target = this.#targetOf(lane, delivery)
    if (target === 'loading') return 'wait'
    const isLeased = isLeaseLongEnough(delivery, clock.now(), this.#options.timeoutMs)
    if (target === undefined || !target.isActive || !isLeased) return 'release'
    if (!membership.isLive()) return this.#pause(lane, UNHEARD_MS, 'pause')
    const origin = this.#originOf(lane, target)
    if (!origins.mayBegin(origin, lane)) return this.#waitForOrigin(lane, origin)
    if (delivery.counted === 'no' && !memory.mayUse(lane, delivery)) return this.#waitForMemory(lane)
    if (delivery.envelope.isGone) return 'release'
    if (delivery.envelope.text === undefined) return this.#readEnvelopes(lane, target)
    // Last: what the rate limit allows is taken at once.
    const { rateLimitPerSecond } = target
    const limitedMs = rateLimitPerSecond === null ? 0 : rateLimiter.waitMs(lane.webhookId, rateLimitPerSecond)
    return limitedMs > 0 ? this.#pause(lane, limitedMs, 'rate_limit') : 'begin'
  }

  /** To be called when `check` has just said `begin`, before the lane counts it as in flight. */
  take(lane: Lane, delivery: HeldDelivery): Taken {
    const { rateLimiter, origins, memory } = this.#dependencies
    const { target, origin } = lane
    // `check` has set both.
    if (target === undefined || origin === undefined) throw new Error('A delivery is taken that was not let through.')
    if (target.rateLimitPerSecond !== null) rateLimiter.take(lane.webhookId, target.rateLimitPerSecond)
    if (delivery.counted === 'no') memory.use(lane, delivery)
    return { target, origin, begunAs: origins.began(origin, lane) }
  }

  /** @param pace undefined: nothing was sent */
  ended(lane: Lane, delivery: HeldDelivery, { origin, begunAs }: Taken, pace: Pace | undefined): void {
    const { origins, memory } = this.#dependencies
    memory.leave(lane, delivery)
    origins.ended(origin, begunAs, pace === undefined ? undefined : pace === 'succeeded')
    this.#wakeForMemory()
  }

  /** What a lane was woken for it did not use, or not all of it: the next may. */
  passOn(lane: Lane): void {
    const { wokenFor, origin } = lane
    lane.wokenFor = undefined
    if (wokenFor === 'memory') this.#wakeForMemory()
    else if (wokenFor === 'origin' && origin !== undefined) this.#dependencies.origins.passOn(origin)
  }

  /** What holds back the next delivery of a lane that has a free slot, apart from its origin. */
  reasonOf(lane: Lane): WaitReason {
    const pause = this.#pauses.get(lane)
    if (pause !== undefined) return pause.reason
    if (lane.isLoading) return 'loading'
    const { stalled, others } = this.#shortOfMemory
    return stalled.has(lane.workspace, lane) || others.has(lane.workspace, lane) ? 'memory' : 'start'
  }

  /** The lane is not used any more. */
  forget(lane: Lane): void {
    this.#pauses.get(lane)?.cancel()
    this.#pauses.delete(lane)
    for (const queue of Object.values(this.#shortOfMemory)) queue.delete(lane.workspace, lane)
    if (lane.origin !== undefined) this.#dependencies.origins.leave(lane.origin, lane)
  }

  stop(): void {
    this.#isStopped = true
    for (const { cancel } of this.#pauses.values()) cancel()
    this.#pauses.clear()
    this.#dependencies.origins.stop()
  }

  #targetOf(lane: Lane, delivery: HeldDelivery): Target | 'loading' | undefined {
    if (lane.isDeleted) return undefined
    const target = this.#dependencies.targets.get(delivery)
    if (!(target instanceof Promise)) return target
    void this.#load(lane, target)
    return 'loading'
  }

  /** What was read is in the cache then, unless the webhook was changed meanwhile. */
  async #load(lane: Lane, loading: Promise<Target | undefined>): Promise<void> {
    const { onReady } = this.#dependencies
    lane.isLoading = true
    try {
      lane.isDeleted = (await loading) === undefined
      lane.loadFailures = 0
    } catch (error) {
      this.#faults.note(lane.webhookId, error, 'a webhook could not be read and will be looked at again')
      this.#backOff(lane)
    }
    lane.isLoading = false
    onReady(lane)
  }

  #originOf(lane: Lane, target: Target): OriginShare {
    if (lane.target !== target) this.#setTarget(lane, target)
    const { origins } = this.#dependencies
    lane.origin ??= origins.join(target.origin, target.workspaceId)
    return lane.origin
  }

  #setTarget(lane: Lane, target: Target): void {
    const { target: before, origin } = lane
    lane.target = target
    if (before !== undefined && before.url !== target.url) lane.forgetHealth()
    if (origin !== undefined && before?.origin !== target.origin) {
      this.#dependencies.origins.leave(origin, lane)
      lane.origin = undefined
    }
    const { rateLimitPerSecond } = target
    const perNode = rateLimitPerSecond === null ? Number.POSITIVE_INFINITY : rateLimitPerSecond / this.#nodes
    lane.heldMax = Math.max(Math.ceil((perNode * this.#options.leaseMs) / 2000), 1)
  }

  get #nodes(): number {
    return this.#dependencies.membership.nodes()
  }

  #pause(lane: Lane, waitMs: number, reason: WaitReason): 'wait' {
    const { clock, onReady } = this.#dependencies
    if (this.#isStopped || this.#pauses.has(lane)) return 'wait'
    const resume = () => {
      this.#pauses.delete(lane)
      onReady(lane)
    }
    this.#pauses.set(lane, { cancel: clock.schedule(resume, waitMs), reason })
    return 'wait'
  }

  /** Those that have a slot, together: with a rate limit they would wait in memory. */
  #readEnvelopes(lane: Lane, { rateLimitPerSecond }: Target): 'wait' {
    const { memory } = this.#dependencies
    const read: HeldDelivery[] = []
    for (const delivery of lane.nextFew(rateLimitPerSecond === null ? READ_AHEAD_MAX : 1)) {
      if (delivery.counted === 'no') {
        if (!memory.mayUse(lane, delivery)) break
        memory.use(lane, delivery)
      }
      if (delivery.envelope.text === undefined && !delivery.envelope.isGone) read.push(delivery)
    }
    void this.#untilRead(lane, read)
    return 'wait'
  }

  async #untilRead(lane: Lane, deliveries: readonly HeldDelivery[]): Promise<void> {
    const { envelopes, onReady } = this.#dependencies
    lane.isLoading = true
    try {
      await Promise.all(deliveries.map((delivery) => envelopes.read(delivery)))
      lane.loadFailures = 0
    } catch (error) {
      this.#backOff(lane)
      this.#faults.note(lane.webhookId, error, 'envelopes could not be read and will be looked at again')
    }
    lane.isLoading = false
    onReady(lane)
  }

  #backOff(lane: Lane): void {
    this.#pause(lane, Math.min(LOAD_RETRY_MS * 2 ** lane.loadFailures++, LOAD_RETRY_MS_MAX), 'pause')
  }

  #waitForOrigin(lane: Lane, origin: OriginShare): 'wait' {
    if (lane.wokenFor === 'origin') lane.wokenFor = undefined
    this.#dependencies.origins.wait(origin, lane)
    return 'wait'
  }

  #waitForMemory(lane: Lane): 'wait' {
    if (lane.wokenFor === 'memory') lane.wokenFor = undefined
    if (lane.envelopes === 0) this.#shortOfMemory[lane.isStalled ? 'stalled' : 'others'].add(lane.workspace, lane)
    return 'wait'
  }

  #wakeForMemory(): void {
    const { stalled, others } = this.#shortOfMemory
    // Nearly always.
    if (stalled.isEmpty && others.isEmpty) return
    const { memory, onReady } = this.#dependencies
    const mayGo = (next: Lane) => {
      const delivery = next.next()
      return delivery === undefined || memory.mayUse(next, delivery)
    }
    this.#isTurnOfStalled = !this.#isTurnOfStalled
    const [first, second] = this.#isTurnOfStalled ? [stalled, others] : [others, stalled]
    const lane = first.take(mayGo) ?? second.take(mayGo)
    if (lane === undefined) return
    lane.wokenFor = 'memory'
    onReady(lane)
  }
}
