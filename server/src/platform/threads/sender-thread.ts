// Owns one sender thread and the requests that wait for it. Whatever happens to it, each request becomes one outcome.
// Must never send a request a second time: the engine's schedule retries, and records it.
import assert from 'node:assert/strict'
import type { Worker } from 'node:worker_threads'
import type { Cancel, Clock } from '../clock.ts'
import { type Failure, failure } from '../http/failure.ts'
import { TIMEOUT_MS } from '../http/http-transport.ts'
import type { Outcome, SendEnd, TransportRequest } from '../transport.ts'
import { beginWorker } from './begin-worker.ts'
import { type SenderOptions, type SenderOrder, type SenderRequest, unpackReplies } from './sender-messages.ts'

export interface SenderThreadOptions {
  readonly clock: Clock
  readonly transport: SenderOptions
  /** Called when the thread has ended by itself, after its requests got their outcome. The next request starts it anew. */
  readonly onDeath: (error: Error, lost: number) => void
}

interface Waiting {
  readonly request: TransportRequest
  readonly resolve: (outcome: SendEnd) => void
}

interface Posted {
  readonly at: number
  readonly resolve: (outcome: SendEnd) => void
}

/** So much later than the transport's own deadline is a request given up: only for a thread that is blocked. */
const GRACE_MS = 5000
/** Every body that is sent passes through it: as large as the main thread's. */
const LIMITS = { maxYoungGenerationSizeMb: 48 }
const DIED = failure(
  'connection_failed',
  'A thread of Timbre ended while it was sending this. The request may have arrived; look for the cause in its log.',
)
const BLOCKED_THREAD = failure(
  'timed_out',
  'A thread of Timbre did not say in time what became of this request. It may have arrived.',
)

export class SenderThread {
  readonly #options: SenderThreadOptions
  readonly #lateMs: number
  /** Of this tick, not yet posted. */
  #waiting: Waiting[] = []
  /** In the order in which they were posted. */
  readonly #posted = new Map<number, Posted>()
  #worker: Worker | undefined
  #death: Error | undefined
  #lastId = 0
  #heardAt = 0
  #cancelWatch: Cancel | undefined
  #isStopped = false

  constructor(options: SenderThreadOptions) {
    this.#options = options
    this.#lateMs = (options.transport.timeoutMs ?? TIMEOUT_MS) + GRACE_MS
  }

  get inFlight(): number {
    return this.#waiting.length + this.#posted.size
  }

  start(): void {
    this.#worker ??= this.#begin()
  }

  send(request: TransportRequest): Promise<SendEnd> {
    return new Promise((resolve) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#post())
      this.#waiting.push({ request, resolve })
    })
  }

  /** As a transport does: what is in flight may end; the thread ends after it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.inFlight === 0) return this.#end()
    this.#post()
    this.#worker?.postMessage('stop' satisfies SenderOrder)
  }

  #begin(): Worker {
    const { transport } = this.#options
    const worker = beginWorker(new URL('./sender-worker.ts', import.meta.url), {
      workerData: transport,
      resourceLimits: LIMITS,
    })
    worker.on('message', (text: string) => this.#settle(text))
    worker.on('error', (error) => {
      this.#death = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', (code) => this.#ended(code))
    return worker
  }

  #post(): void {
    if (this.#waiting.length === 0) return
    this.start()
    const at = this.#options.clock.monotonic()
    const batch: SenderRequest[] = []
    for (const { request, resolve } of this.#waiting) {
      const { url, headers, body } = request
      // A Buffer may be a window into a pool, all of which would cross.
      batch.push({ id: ++this.#lastId, url, headers, body: typeof body === 'string' ? body : new Uint8Array(body) })
      this.#posted.set(this.#lastId, { at, resolve })
    }
    this.#waiting = []
    this.#worker?.postMessage(batch satisfies SenderOrder)
    this.#watch()
  }

  #settle(text: string): void {
    this.#heardAt = this.#options.clock.monotonic()
    for (const { id, outcome } of unpackReplies(text)) {
      // Absent when it was given up before.
      this.#posted.get(id)?.resolve(outcome)
      this.#posted.delete(id)
    }
    if (this.#isStopped && this.inFlight === 0) void this.#end()
  }

  /** One timer for all: every request has the same time, so the oldest is the first to be late. */
  #watch(): void {
    if (this.#cancelWatch !== undefined) return
    const [oldest] = this.#posted.values()
    if (oldest === undefined) return
    const { clock } = this.#options
    const check = () => {
      this.#cancelWatch = undefined
      this.#giveUpLate()
      this.#watch()
    }
    // A tick later, so that responses that wait because this thread was held up come first.
    this.#cancelWatch = clock.schedule(() => setImmediate(check), oldest.at + this.#lateMs - clock.monotonic())
  }

  #giveUpLate(): void {
    const now = this.#options.clock.monotonic()
    let isSilent = false
    for (const [id, { at, resolve }] of this.#posted) {
      if (now - at < this.#lateMs) break
      this.#posted.delete(id)
      resolve(unanswered(BLOCKED_THREAD, now - at))
      isSilent ||= this.#heardAt < at
    }
    if (isSilent) void this.#worker?.terminate()
  }

  async #end(): Promise<void> {
    this.#cancelWatch?.()
    await this.#worker?.terminate()
  }

  #ended(code: number): void {
    const error = this.#death ?? new Error(`It ended with code ${code}.`)
    this.#worker = undefined
    this.#death = undefined
    const lost = [...this.#posted.values()]
    this.#posted.clear()
    const now = this.#options.clock.monotonic()
    for (const { at, resolve } of lost) resolve(unanswered(DIED, now - at))
    if (!this.#isStopped || lost.length > 0) this.#options.onDeath(error, lost.length)
  }
}

/** The outcome of a request of which no reply is known. */
export function unanswered({ kind, error }: Failure, durationMs: number): Outcome {
  assert(durationMs >= 0, 'the clock does not go back')
  return {
    kind,
    responseStatus: null,
    responseHeaders: null,
    responseBody: null,
    durationMs: Math.round(durationMs),
    timings: { dns: null, connect: null, tls: null, firstByte: null },
    remoteAddress: null,
    error,
  }
}
