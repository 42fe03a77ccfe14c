// Owns sending on several threads: which thread sends a request, and what becomes of a thread that died.
// Must never let a request wait for ever, nor go on without threads that can send.
import assert from 'node:assert/strict'
import type { Clock } from '../clock.ts'
import { STOPPING } from '../http/failure.ts'
import type { SendEnd, Transport, TransportRequest } from '../transport.ts'
import type { SenderOptions } from './sender-messages.ts'
import { SenderThread, unanswered } from './sender-thread.ts'

export interface SenderThreadsOptions {
  readonly clock: Clock
  /** How many; at least 1. */
  readonly threads: number
  /** Of the transport inside each thread. */
  readonly transport: SenderOptions
  /** A thread ended by itself and is replaced; so many requests got an outcome without a reply. */
  readonly onDeath: (error: Error, lost: number) => void
  /** Called once when threads keep dying. Nothing can be sent from then on. */
  readonly onFault: (error: Error) => void
}

const AUTOMATIC_MAX = 8
/** So many more in flight than the least busy thread has: an origin then overflows, at the price of more connections. */
const OVERFLOW = 16
const DEATHS_MAX = 5
const DEATHS_WITHIN_MS = 60_000

/**
 * How many threads pay: none on 1 or 2 cores, where the storage thread and this one fill them and crossing is cost only.
 * @param cores that this process may use
 */
export function automaticSenderThreads(cores: number): number {
  return Math.min(Math.max(cores - 2, 0), AUTOMATIC_MAX)
}

export class SenderThreads implements Transport {
  readonly #options: SenderThreadsOptions
  readonly #threads: readonly SenderThread[]
  #deaths: readonly number[] = []
  #isStopped = false

  constructor(options: SenderThreadsOptions) {
    assert(options.threads > 0, 'without a sender thread the transport itself sends')
    this.#options = options
    const { clock, transport } = options
    this.#threads = Array.from({ length: options.threads }, () => {
      const thread: SenderThread = new SenderThread({
        clock,
        transport,
        onDeath: (error, lost) => this.#died(thread, error, lost),
      })
      return thread
    })
  }

  /** Starts the threads at once, so that the first request does not wait for one. */
  start(): void {
    for (const thread of this.#threads) thread.start()
  }

  async send(request: TransportRequest): Promise<SendEnd> {
    return this.#isStopped ? unanswered(STOPPING, 0) : this.#threadFor(request.url).send(request)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all(this.#threads.map((thread) => thread.stop()))
  }

  /** An origin's own thread, where its connections, TLS sessions and idle limits are, unless others have far less to do. */
  #threadFor(url: string): SenderThread {
    const own = this.#threads[hash(origin(url)) % this.#threads.length]
    assert(own !== undefined, 'a remainder is an index')
    let least = own
    for (const thread of this.#threads) if (thread.inFlight < least.inFlight) least = thread
    return own.inFlight - least.inFlight >= OVERFLOW ? least : own
  }

  #died(thread: SenderThread, error: Error, lost: number): void {
    const now = this.#options.clock.monotonic()
    this.#deaths = [...this.#deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now]
    this.#options.onDeath(error, lost)
    if (this.#isStopped) return
    if (this.#deaths.length < DEATHS_MAX) {
      thread.start()
    } else {
      this.#isStopped = true
      this.#options.onFault(error)
    }
  }
}

/** As it is written, which is enough to choose: two spellings of an origin only have connections in two threads. */
function origin(url: string): string {
  const end = url.indexOf('/', url.indexOf('//') + 2)
  return end === -1 ? url : url.slice(0, end)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}
