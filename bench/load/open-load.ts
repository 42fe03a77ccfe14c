// Owns sending at a fixed rate, whatever the responses do: each request counts from the moment it was meant to be sent
// (no coordinated omission), and how late the generator itself was is counted apart.
import { monotonicMs, sleep } from './monotonic.ts'
import type { Load, LoadResult } from './orders.ts'
import { Tally } from './tally.ts'

/** Sends the n-th request. True: it was answered as it should be. */
export type Send = (nth: number, intendedAtMs: number) => Promise<boolean>

export interface OpenLoadOptions {
  readonly perSecond: number
  readonly open: () => Promise<Send>
  readonly close: () => Promise<void>
}

export class OpenLoad implements Load {
  readonly #options: OpenLoadOptions
  readonly #tally = new Tally()
  #running: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(options: OpenLoadOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    this.#running = this.#run(await this.#options.open())
  }

  mark(): void {
    this.#tally.mark()
  }

  async stop(): Promise<LoadResult> {
    this.#isStopped = true
    await this.#running
    await this.#options.close()
    return this.#tally.result()
  }

  async #run(send: Send): Promise<void> {
    const startedAt = monotonicMs()
    const pending = new Set<Promise<void>>()
    for (let nth = 0; !this.#isStopped; ) {
      const intendedAt = startedAt + (nth * 1000) / this.#options.perSecond
      const lateMs = monotonicMs() - intendedAt
      if (lateMs < 0) {
        await sleep(1)
        continue
      }
      this.#tally.late(lateMs)
      const sending = this.#send(send, nth++, intendedAt)
      pending.add(sending)
      void sending.then(() => pending.delete(sending))
    }
    await Promise.all(pending)
  }

  async #send(send: Send, nth: number, intendedAtMs: number): Promise<void> {
    const isFine = await send(nth, intendedAtMs).catch(() => false)
    this.#tally.ended(isFine, 1, monotonicMs() - intendedAtMs)
  }
}
