// Owns a thread that validates, and its end: one order at a time, with a deadline and a bound on memory, begun anew when it dies.
// Must never let an order wait for ever, nor let one that ends the thread do so more than twice.
import type { Worker } from 'node:worker_threads'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { FairQueue } from '../../platform/fair-queue.ts'
import { beginWorker } from '../../platform/threads/begin-worker.ts'
import type { SchemaOrder, SchemaReply } from './messages.ts'

export interface SchemaThreadOptions {
  readonly clock: Clock
  /** The thread has ended by itself, or did not answer in time, and is begun anew. */
  readonly onDeath: (error: Error) => void
}

interface Job {
  readonly order: SchemaOrder
  readonly resolve: (reply: SchemaReply | undefined) => void
  deaths: number
}

/** The budget of an event ends after some 0.2 s; this is for a machine that does not get there, and for faults of ours. */
const DEADLINE_MS = 10_000
/** Loading its code takes a tenth of a second where nothing else runs. */
const START_DEADLINE_MS = 60_000
/** Several times what the cache and the largest event take. */
const LIMITS = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 }
const DEATHS_MAX = 2

const ANY = () => true

export class SchemaThread {
  readonly #options: SchemaThreadOptions
  readonly #queue = new FairQueue<string, Job>()
  #worker: Worker | undefined
  /** Its code has been loaded. */
  #isReady = false
  #job: Job | undefined
  #cancelDeadline: Cancel | undefined
  #isStopped = false

  constructor(options: SchemaThreadOptions) {
    this.#options = options
  }

  /** How many orders of a workspace wait. */
  waitingOf(workspaceId: string): number {
    return this.#queue.countOf(workspaceId)
  }

  /** The reply; undefined when the thread cannot give one: it died of this order, or is stopped. */
  run(workspaceId: string, order: SchemaOrder): Promise<SchemaReply | undefined> {
    return new Promise((resolve) => {
      this.#queue.add(workspaceId, { order, resolve, deaths: 0 })
      this.#next()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelDeadline?.()
    this.#job?.resolve(undefined)
    for (const { resolve } of this.#queue.items()) resolve(undefined)
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #next(): void {
    if (this.#job !== undefined || this.#isStopped) return
    this.#job = this.#queue.take(ANY)
    if (this.#job !== undefined) this.#post(this.#job)
  }

  #post({ order }: Job): void {
    // Begun when it is needed: most instances do without it and its 35 MiB.
    this.#worker ??= this.#begin()
    this.#setDeadline(this.#isReady ? DEADLINE_MS : START_DEADLINE_MS)
    if (this.#isReady) this.#worker.postMessage(order)
  }

  #setDeadline(delayMs: number): void {
    this.#cancelDeadline?.()
    const late = () => this.#died(new Error(`no reply within ${delayMs} ms`))
    this.#cancelDeadline = this.#options.clock.schedule(late, delayMs)
  }

  #begin(): Worker {
    const worker = beginWorker(new URL('./schema-worker.ts', import.meta.url), { resourceLimits: LIMITS })
    worker.unref()
    worker.on('message', (reply: SchemaReply | 'ready') => {
      if (worker !== this.#worker) return
      if (reply === 'ready') this.#ready()
      else this.#settle(reply)
    })
    const died = (error: Error) => {
      // One that was ended because it was late has nothing to say any more.
      if (worker === this.#worker) this.#died(error)
    }
    worker.on('error', (error) => died(error instanceof Error ? error : new Error(String(error))))
    worker.on('exit', (code) => died(new Error(`ended with code ${code}`)))
    return worker
  }

  #ready(): void {
    this.#isReady = true
    if (this.#job !== undefined) this.#post(this.#job)
  }

  #settle(reply: SchemaReply | undefined): void {
    this.#cancelDeadline?.()
    const job = this.#job
    this.#job = undefined
    job?.resolve(reply)
    this.#next()
  }

  #died(error: Error): void {
    const worker = this.#worker
    this.#worker = undefined
    this.#isReady = false
    void worker?.terminate()
    this.#options.onDeath(error)
    const job = this.#job
    if (job === undefined || ++job.deaths >= DEATHS_MAX) this.#settle(undefined)
    else this.#post(job)
  }
}
