// Owns the engine: puts the steps together in the order of DESIGN §2 and is the only door to them.
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { EventLoop } from '../platform/event-loop.ts'
import type { Random } from '../platform/random.ts'
import type { Transport } from '../platform/transport.ts'
import type { Vault } from '../platform/vault.ts'
import { withinTime } from '../platform/within-time.ts'
import {
  ALONE,
  type Announced,
  type ErasedRows,
  type Membership,
  type NewEvent,
  type Storage,
} from '../storage/storage.ts'
import { Acceptor } from './acceptor.ts'
import { Attempts } from './attempt.ts'
import { Claimer } from './claimer.ts'
import type { ConclusionDependencies } from './conclusion.ts'
import type { EngineApi, ExampleManner, ExampleSend } from './engine-api.ts'
import { engineGauges } from './engine-gauges.ts'
import { type ActivityLevel, EngineLog } from './engine-log.ts'
import { ENVELOPE_LIMITS, type EnvelopeLimits, EnvelopeMemory } from './envelope-memory.ts'
import { EnvelopeReader } from './envelope-reader.ts'
import { ExampleSends } from './example-sends.ts'
import { FaultLog } from './fault-log.ts'
import { HealthWatcher } from './health-watcher.ts'
import { ErasedDeliveries, type HeldDelivery } from './held-delivery.ts'
import { Housekeeper } from './housekeeper.ts'
import { Intake, LEASE_MS } from './intake.ts'
import { Lanes } from './lanes.ts'
import { Origins } from './origins.ts'
import { pulledExample } from './pulled-example.ts'
import { Pulls } from './pulls.ts'
import { RateLimiter } from './rate-limiter.ts'
import { Recorder } from './recorder.ts'
import { Removals, type RetentionOptions } from './removals.ts'
import { Replayer } from './replayer.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { Returns } from './returns.ts'
import { ShortLanes } from './short-lanes.ts'
import { SizeRecorder } from './size-recorder.ts'
import { StatisticsFolder } from './statistics-folder.ts'
import { Targets } from './targets.ts'
import { TrustedClock } from './trusted-clock.ts'

export type { EngineApi, ExampleSend } from './engine-api.ts'
export type { RequestKey } from './pull-api.ts'

export interface EngineDependencies {
  readonly storage: Storage
  readonly transport: Transport
  readonly vault: Vault
  readonly clock: Clock
  readonly loop: EventLoop
  readonly random: Random
  readonly log: Logger
  readonly metrics: Metrics
  /** The place of this node among others; absent: there are none. */
  readonly membership?: Membership
  /** Deliveries of this workspace were made, or have changed: it is on disk. Absent: nobody wants to know. */
  readonly onChanged?: (workspaceId: string) => void
}

export interface EngineOptions extends RetentionOptions {
  readonly policy: RetryPolicy
  /** Of a webhook's own schedule: every wait but the first is raised to this. */
  readonly retryDelaySecondsMin: number
  readonly timeoutMs: number
  readonly inFlightPerWebhookMax: number
  readonly inFlightPerOriginMax?: number
  /** Absent: those that a machine is meant to have. The simulator has smaller ones. */
  readonly envelopeLimits?: EnvelopeLimits
  readonly userAgent: string
  /** A webhook that fails for so long without a success between is disabled; 0: never. */
  readonly disableAfterMs: number
  /** At which level each event and each attempt is in the log. Absent: `debug`. */
  readonly activityLevel?: ActivityLevel
}

/** Waiting and in flight, in memory: about 2 KB each. */
const HELD_MAX = 20_000
/** Longer than an attempt may take by default (15 s): only one that was given more time is cut off. */
const ATTEMPTS_END_MS_MAX = 15_500
/** What has come back by then is written, or sent again when its lease ends. */
const RECORD_MS_MAX = 1_500

export class Engine implements EngineApi {
  readonly accept: EngineApi['accept']
  readonly admit: EngineApi['admit']
  /** Knows with what times things were accepted. */
  readonly trusted: TrustedClock
  readonly pulls: Pulls
  readonly #dependencies: EngineDependencies & { readonly membership: Membership }
  readonly #told: EngineLog
  readonly #acceptor: Acceptor
  readonly #recorder: Recorder
  readonly #returns: Returns
  readonly #intake: Intake
  readonly #targets: Targets
  readonly #envelopes: EnvelopeReader
  readonly #memory: EnvelopeMemory
  readonly #rateLimiter: RateLimiter
  readonly #attempts: Attempts
  readonly #lanes: Lanes
  readonly #shortLanes = new ShortLanes()
  readonly #erased: ErasedDeliveries
  readonly #claimer: Claimer
  readonly #replayer: Replayer
  readonly #housekeeper: Housekeeper
  readonly #removals: Removals
  readonly #tests: ExampleSends
  readonly #loops: readonly { start(): void; stop(): Promise<void> }[]
  #stopping: Promise<void> | undefined

  constructor(dependencies: EngineDependencies, options: EngineOptions) {
    const { storage, clock, vault, log, loop, metrics, membership = ALONE } = dependencies
    this.#told = new EngineLog(log, options.activityLevel)
    const onFault = this.#told.fault
    this.#dependencies = { ...dependencies, membership }
    this.#returns = new Returns({ clock, loop, storage, log, onReturned: () => this.#claimer.noteReturned() })
    this.#targets = new Targets({ storage, vault }, options)
    this.#envelopes = new EnvelopeReader({ storage, loop })
    this.#memory = new EnvelopeMemory(options.envelopeLimits ?? ENVELOPE_LIMITS)
    this.#rateLimiter = new RateLimiter({ clock, membership })
    this.#erased = new ErasedDeliveries(clock)
    this.trusted = new TrustedClock({ clock, storage, retentionDays: options.retentionDays })
    this.#recorder = this.#makeRecorder()
    this.#attempts = this.#makeAttempts(options)
    const isStopping = () => this.#stopping !== undefined
    this.#tests = new ExampleSends({
      accept: (request) => this.accept(request),
      attempt: (delivery, manner) => this.#attempts.runExample(delivery, manner),
      onRefused: () => dependencies.metrics.rateLimited('test'),
      release: (delivery) => this.#release(delivery),
      fetched: (event, workspaceId) => pulledExample({ clock, storage, isStopping }, event, workspaceId),
    })
    this.#lanes = this.#makeLanes(options)
    this.pulls = this.#makePulls(options)
    const firstWaitMs = (options.policy.scheduleSeconds[0] ?? 0) * 1000
    this.#intake = new Intake({ ...dependencies, lanes: this.#lanes, tests: this.#tests }, firstWaitMs)
    this.#acceptor = this.#makeAcceptor()
    this.accept = this.#acceptor.accept.bind(this.#acceptor)
    this.admit = this.#acceptor.admit.bind(this.#acceptor)
    this.#claimer = new Claimer({
      clock,
      storage,
      onFault,
      shortLanes: this.#shortLanes,
      offer: () => this.#intake.offer(),
      hold: (claimed, leaseUntil) => this.#intake.pushClaimed(claimed, leaseUntil),
    })
    this.#replayer = this.#makeReplayer()
    this.#housekeeper = new Housekeeper({ clock, storage, onFault, onRescued: () => this.#claimer.wake() })
    const onUnknown = () => this.leasesLost()
    const removed = { log: this.#told, trusted: this.trusted, erased: this.#erased, onFault, onUnknown }
    this.#removals = new Removals({ clock, storage, metrics, ...removed }, options)
    const healthWatcher = this.#makeHealthWatcher(options)
    const counts = [new StatisticsFolder({ clock, storage, onFault }), new SizeRecorder({ clock, storage, onFault })]
    const own = [this.#claimer, this.#replayer, this.#housekeeper, this.#removals, this.pulls]
    this.#loops = [...own, healthWatcher, ...counts]
    metrics.watch(
      engineGauges({
        clock,
        storage,
        lanes: this.#lanes,
        acceptor: this.#acceptor,
        memory: this.#memory,
        envelopes: this.#envelopes,
      }),
    )
  }

  /** Reclaims what an earlier process held, then begins. */
  async start(): Promise<void> {
    const { storage, clock } = this.#dependencies
    this.#told.rescued(await storage.rescueDeliveries(clock.now(), true))
    for (const loop of this.#loops) loop.start()
  }

  sendExample(
    event: NewEvent & { readonly testOf: string },
    workspaceId: string,
    manner: ExampleManner,
  ): Promise<ExampleSend> {
    return this.#tests.send(event, workspaceId, manner)
  }

  eraseCall(workspaceId: string, callId: string): Promise<ErasedRows> {
    // What waited behind a delivery that is gone has its turn now.
    return this.#removals.erase(workspaceId, callId).finally(() => this.#claimer.wake())
  }

  webhookChanged(webhookId: string): void {
    this.#targets.forget(webhookId)
    this.#lanes.webhookChanged(webhookId)
    this.#housekeeper.wake()
    this.wake(webhookId)
  }

  webhookDeleted(webhookId: string): void {
    this.webhookChanged(webhookId)
    this.#removals.truncateSoon()
  }

  wake(webhookId?: string): void {
    this.#claimer.wake()
    this.#replayer.wake()
    if (webhookId !== undefined) this.pulled([webhookId])
  }

  /** Consumers may have something of these webhooks. */
  pulled(webhookIds: readonly string[]): void {
    this.pulls.wake(webhookIds)
  }

  everythingMayHaveChanged(): void {
    this.#targets.forgetAll()
    this.wake()
  }

  /** What waits may be another node's by now: it is released, as far as it was not taken. `erased`: only these, which are gone. */
  leasesLost(erased?: readonly string[]): void {
    if (erased !== undefined) this.#erased.note(erased)
    else for (const delivery of this.#lanes.drop()) this.#release(delivery)
  }

  /** What a node held that is gone is wanted back at once. */
  nodeGone(): void {
    this.#housekeeper.wake()
  }

  /** Starts no attempt more, finishes within 17 s those in flight, gives the rest back. Tolerates being called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    this.#acceptor.stop()
    this.#returns.stop()
    this.#recorder.stop()
    for (const delivery of this.#lanes.stop()) this.#release(delivery)
    // One time for all: an erasure may take as long as a receiver that hangs.
    const ended = [this.#endLoops(), this.#lanes.idle(), this.#tests.ended()]
    await withinTime(this.#dependencies.clock, ATTEMPTS_END_MS_MAX, Promise.all(ended))
    // What still hangs is released; should its response come after all, the lost lease fences the result off.
    for (const delivery of this.#lanes.abandon()) this.#release(delivery)
    const written = [this.#recorder.drained(), this.#returns.drained()]
    await withinTime(this.#dependencies.clock, RECORD_MS_MAX, Promise.all(written))
  }

  /** What they have leased meanwhile, and what was being accepted, is released as well. */
  async #endLoops(): Promise<void> {
    await Promise.all([...this.#loops.map((loop) => loop.stop()), this.#acceptor.drained()])
    for (const delivery of this.#lanes.drop()) this.#release(delivery)
  }

  #makeReplayer(): Replayer {
    const { clock, storage } = this.#dependencies
    return new Replayer({
      clock,
      storage,
      onFault: this.#told.fault,
      shortLanes: this.#shortLanes,
      capacity: (webhookId) => this.#lanes.replayCapacity(webhookId),
      onQueued: () => this.#claimer.wake(),
      onEnded: this.#told.replayEnded,
    })
  }

  #makeAcceptor(): Acceptor {
    return new Acceptor({
      ...this.#dependencies,
      intake: this.#intake,
      told: this.#told,
      trusted: this.trusted,
      onOverflow: () => this.#claimer.wake(),
      onPulled: (webhookIds) => this.pulled(webhookIds),
    })
  }

  readonly #announced = ({ leased, overflow, pulled }: Announced, leaseUntil: number): void => {
    if (leased.length > 0) this.#intake.push(leased, leaseUntil)
    if (overflow > 0) this.#claimer.wake()
    if (pulled.length > 0) this.pulled(pulled)
  }

  #makeRecorder(): Recorder {
    return new Recorder({
      ...this.#dependencies,
      offer: () => this.#intake.offer(),
      onAnnounced: this.#announced,
      onDue: (at) => this.#claimer.noteDue(at),
      onFenced: (deliveryId) => this.#erased.take(deliveryId),
      onGone: (webhookId, isOurs) => {
        if (isOurs) this.#told.gone(webhookId)
        this.webhookChanged(webhookId)
      },
    })
  }

  #makeAttempts(options: EngineOptions): Attempts {
    const { clock, transport, log } = this.#dependencies
    return new Attempts(
      {
        ...this.#conclusion(),
        clock,
        transport,
        log,
        targets: this.#targets,
        erased: this.#erased,
        release: (delivery) => this.#release(delivery),
        onUnsent: new FaultLog(this.#dependencies).note,
      },
      options,
    )
  }

  #makePulls(options: EngineOptions): Pulls {
    const { storage } = this.#dependencies
    const own = { storage, targets: this.#targets, rateLimiter: this.#rateLimiter, onFault: this.#told.fault }
    return new Pulls({ ...this.#conclusion(), ...own }, options)
  }

  /** What the end of an attempt needs, whoever makes it. */
  #conclusion(): ConclusionDependencies {
    const { clock, random, metrics } = this.#dependencies
    return { clock, random, metrics, told: this.#told, recorder: this.#recorder }
  }

  #makeHealthWatcher(options: EngineOptions): HealthWatcher {
    return new HealthWatcher(
      {
        ...this.#dependencies,
        onFault: this.#told.fault,
        offer: () => this.#intake.offer(),
        onAnnounced: this.#announced,
        onDisabled: (webhookId) => this.webhookChanged(webhookId),
        onEvaluated: this.#told.evaluated,
      },
      options,
    )
  }

  #makeLanes(options: EngineOptions): Lanes {
    const { clock, log, loop, membership } = this.#dependencies
    return new Lanes(
      {
        clock,
        log,
        loop,
        membership,
        targets: this.#targets,
        rateLimiter: this.#rateLimiter,
        origins: new Origins({ clock, membership }, options),
        memory: this.#memory,
        envelopes: this.#envelopes,
        attempt: this.#attempts.run.bind(this.#attempts),
        release: (delivery) => this.#release(delivery),
        erased: this.#erased,
        onCapacity: this.#shortLanes.noteCapacity.bind(this.#shortLanes),
      },
      { ...options, heldMax: HELD_MAX, leaseMs: LEASE_MS },
    )
  }

  #release(delivery: HeldDelivery): void {
    this.#erased.take(delivery.id)
    this.#returns.add(delivery)
  }
}
