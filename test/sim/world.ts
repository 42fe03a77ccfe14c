// Owns one simulated world: the clock, the disk, the network, the ledger, and the process that lives, dies and is started
// again in it.
import { Engine } from '@timbre/server/engine/engine.ts'
import { Metrics } from '@timbre/server/metrics.ts'
import { IDLE_LOOP } from '@timbre/server/platform/event-loop.ts'
import type { Storage } from '@timbre/server/storage/storage.ts'
import { SendCheck } from './checks/check-send.ts'
import { WaitingCheck } from './checks/check-waiting.ts'
import { engineLog } from './engine-log.ts'
import { InjectedFault } from './injected-fault.ts'
import { Ledger } from './ledger.ts'
import { Life } from './life.ts'
import { Prng } from './prng.ts'
import { PulledLeases } from './pulled-leases.ts'
import { SimClock } from './sim-clock.ts'
import { SimDatabase } from './sim-database.ts'
import { SimNetwork } from './sim-network.ts'
import { SimRandom } from './sim-random.ts'
import { type SimSources, simSources } from './sim-sources.ts'
import { simVault } from './sim-vault.ts'
import { makeSwarm, type Swarm } from './swarm.ts'
import { Trace } from './trace.ts'
import { TrackedCalls } from './tracked-calls.ts'

export const TIMEOUT_MS = 15_000

/** What users talk to. */
export interface SimNode {
  readonly storage: Storage
  readonly engine: Pick<Engine, 'webhookChanged' | 'wake' | 'eraseCall'>
}

export interface Process extends SimNode {
  readonly life: Life
  readonly engine: Engine
  readonly sources: SimSources
  /** What the engine's own gauges say. */
  readonly gauges: () => { readonly inFlight: number; readonly waiting: number }
  isReady: boolean
}

export interface WorldOptions {
  readonly seed: string
  readonly onLine?: ((line: string) => void) | undefined
}

export class World {
  readonly swarm: Swarm
  readonly clock = new SimClock()
  readonly trace: Trace
  readonly database: SimDatabase
  readonly ledger: Ledger
  readonly pulledLeases: PulledLeases
  readonly trackedCalls: TrackedCalls
  readonly network: SimNetwork
  readonly sendCheck: SendCheck
  readonly waitingCheck: WaitingCheck
  readonly random: SimRandom
  readonly #lifePrng: Prng
  #process: Process | undefined
  #lives = 0
  crashes = 0
  /** Erasures that were asked for and are not answered. */
  readonly erasures = new Set<{ readonly workspaceId: string; readonly callId: string; readonly by: SimNode }>()
  /** It listens to the other node. */
  hearsOthers = true
  /** How many timers an engine has that has nothing to do: one for each of its loops. */
  idleTimers = 0

  constructor({ seed, onLine }: WorldOptions) {
    const { clock } = this
    this.swarm = makeSwarm(seed)
    this.trace = new Trace({ time: () => ({ elapsed: clock.monotonic(), wall: clock.now() }), onLine })
    this.random = new SimRandom(new Prng(`${seed} random`))
    this.#lifePrng = new Prng(`${seed} life`)
    const { swarm, trace, random } = this
    this.database = new SimDatabase({ clock, random, faults: swarm.disk, prng: new Prng(`${seed} disk`) })
    this.ledger = new Ledger({ clock, trace, swarm, database: this.database })
    this.pulledLeases = new PulledLeases(this.ledger)
    this.trackedCalls = new TrackedCalls(this.ledger)
    this.sendCheck = new SendCheck(this.ledger, {
      timeoutMs: TIMEOUT_MS,
      inFlightMax: swarm.inFlightMax,
      inFlightPerOriginMax: swarm.inFlightPerOriginMax,
    })
    const prng = new Prng(`${seed} network`)
    this.network = new SimNetwork({ clock, prng, swarm, trace, check: this.sendCheck, timeoutMs: TIMEOUT_MS })
    this.waitingCheck = new WaitingCheck({
      ledger: this.ledger,
      network: this.network,
      sends: this.sendCheck,
      timeoutMs: TIMEOUT_MS,
      isServing: () => this.process !== undefined && this.hearsOthers,
    })
  }

  /** The process, while it serves requests. */
  get process(): Process | undefined {
    return this.#process?.isReady ? this.#process : undefined
  }

  /** The process, also while it begins. */
  get started(): Process | undefined {
    return this.#process
  }

  async start(): Promise<void> {
    const { ledger, pulledLeases, trackedCalls, waitingCheck } = this
    await this.database.start({
      executed(method, args, answer) {
        ledger.executed(method, args, answer)
        pulledLeases.executed(method, args, answer)
        trackedCalls.executed(method, args, answer)
        waitingCheck.changed()
      },
      answered(method, args, answer) {
        ledger.answered(method, args)
        pulledLeases.answered(method, args, answer)
        waitingCheck.answered(args)
      },
    })
    this.startProcess()
  }

  startProcess(): void {
    const life = new Life(++this.#lives, this.clock, () => this.#crashed())
    const { engine, storage, gauges } = this.#makeEngine(life)
    const sources = simSources({ clock: life, storage, engine, random: this.random })
    const started: Process = { life, engine, sources, storage, gauges, isReady: false }
    this.#process = started
    this.trace.add(`start ${life.number}`)
    engine.start().then(
      () => {
        this.ledger.webhooks.allTold()
        this.ledger.startedAt = this.clock.monotonic()
        started.isReady = true
      },
      (error: unknown) => {
        if (!(error instanceof InjectedFault)) this.trace.violate(`the engine did not start: ${String(error)}`)
        life.crash()
      },
    )
  }

  /** SIGTERM: the engine stops by itself, and a new one is started. */
  restart(): void {
    const { process } = this
    if (process === undefined) return
    this.trace.add('stop')
    process.isReady = false
    void this.stopped(process).then(() => this.#startSoon())
  }

  /** Resolves when the engine has stopped, and checks that it left nothing behind. */
  async stopped({ engine, life, gauges }: Process): Promise<void> {
    await engine.stop()
    const { trace, database, swarm } = this
    // A fault of the disk may have left something behind that was not the engine's doing.
    if (Object.values(swarm.disk).every((probability) => probability === 0)) {
      for (const { id, trigger } of database.rows<{ id: string; trigger: string }>(SENDING)) {
        trace.violate(`the delivery ${id} (${trigger}) was left under a lease by a clean stop`)
      }
      const { inFlight, waiting } = gauges()
      if (inFlight + waiting > 0) trace.violate(`${inFlight} in flight and ${waiting} waiting after a clean stop`)
      if (life.pendingTimers > 0) trace.violate(`${life.pendingTimers} timers were left by a clean stop`)
    }
    life.end()
  }

  /** Nobody waits any more for what a process that has ended was asked. */
  isErasing(workspaceId: string, callId: string): boolean {
    return [...this.erasures].some(
      ({ by, ...asked }) =>
        asked.workspaceId === workspaceId && asked.callId === callId && !('life' in by && by !== this.#process),
    )
  }

  jump(ms: number): void {
    this.trace.add(`the wall jumps by ${ms} ms`)
    this.clock.jump(ms)
    if (ms > 0) this.sendCheck.jumps++
    this.waitingCheck.jumped()
  }

  #crashed(): void {
    this.trace.add('crash')
    this.crashes++
    this.#startSoon()
  }

  #startSoon(): void {
    this.#process = undefined
    this.clock.schedule(() => this.startProcess(), this.#lifePrng.betweenMagnitudes(10, 60_000))
  }

  #makeEngine(life: Life): Pick<Process, 'engine' | 'storage' | 'gauges'> {
    const { swarm, random, trace } = this
    const storage = this.database.storageFor(life)
    const metrics = new Metrics({ withProcess: false })
    let gauges = () => ({ inFlight: 0, waiting: 0 })
    metrics.watch = (read) => {
      gauges = () => ({ inFlight: read.inFlight(), waiting: read.waiting() })
    }
    const engine = new Engine(
      {
        storage,
        transport: this.network.transportFor(life),
        vault: simVault,
        clock: life,
        loop: IDLE_LOOP,
        random,
        log: engineLog(trace),
        metrics,
      },
      {
        policy: { scheduleSeconds: swarm.scheduleSeconds, jitter: swarm.jitter },
        timeoutMs: TIMEOUT_MS,
        inFlightPerWebhookMax: swarm.inFlightMax,
        retryDelaySecondsMin: 0,
        inFlightPerOriginMax: swarm.inFlightPerOriginMax,
        envelopeLimits: swarm.bodyLimits,
        userAgent: 'Timbre/sim',
        disableAfterMs: swarm.disableAfterMs,
        retentionDays: swarm.retentionDays,
      },
    )
    return { engine, storage, gauges: () => gauges() }
  }
}

/** Leases of consumers have no end in the delivery, and stay. */
const SENDING = `SELECT id, "trigger" FROM deliveries WHERE status = 'sending' AND lease_until IS NOT NULL`
