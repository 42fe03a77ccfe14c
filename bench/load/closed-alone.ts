// Owns undici alone: request() after request(), always so many in flight, to the same origins in turn.
import { Agent, request } from 'undici'
import { monotonicMs } from './monotonic.ts'
import type { Load, LoadOrder, LoadResult } from './orders.ts'
import { callId, dataText, envelope } from './payload.ts'
import { Tally } from './tally.ts'

type Order = Extract<LoadOrder, { kind: 'alone closed' }>

export class ClosedAlone implements Load {
  readonly #order: Order
  readonly #dispatcher: Agent
  readonly #body: Buffer
  readonly #tally = new Tally()
  #running: Promise<unknown> = Promise.resolve()
  #next = 0
  #isStopped = false

  constructor(order: Order) {
    const { urls, ca } = order.target
    this.#order = order
    this.#body = Buffer.from(envelope(dataText(order.bodyBytes, callId(0))))
    // HTTP/1.1, as Timbre sends.
    const connections = Math.ceil(order.inFlight / urls.length)
    this.#dispatcher = new Agent({ connections, allowH2: false, connect: { ca } })
  }

  async start(): Promise<void> {
    this.#running = Promise.all(Array.from({ length: this.#order.inFlight }, () => this.#send()))
  }

  mark(): void {
    this.#tally.mark()
  }

  async stop(): Promise<LoadResult> {
    this.#isStopped = true
    await this.#running
    await this.#dispatcher.destroy()
    return this.#tally.result()
  }

  async #send(): Promise<void> {
    const { urls, headers } = this.#order.target
    while (!this.#isStopped) {
      const url = urls[this.#next++ % urls.length] ?? ''
      const startedAt = monotonicMs()
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.#dispatcher,
        body: this.#body,
        headers: { ...headers },
      })
      await answer.body.dump()
      this.#tally.ended(answer.statusCode === 200, 1, monotonicMs() - startedAt)
    }
  }
}
