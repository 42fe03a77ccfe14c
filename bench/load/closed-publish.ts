// Owns publishing as fast as it is delivered: each connection sends its next request when the last is answered and few enough
// deliveries are under way, so that what is measured is a steady state and not a growing queue.
import { monotonicMs, sleep } from './monotonic.ts'
import type { Load, LoadOrder, LoadResult } from './orders.ts'
import { callId, dataText, eventText } from './payload.ts'
import { Progress } from './progress.ts'
import { PublisherConnection } from './publisher-connection.ts'
import { Tally } from './tally.ts'

type Order = Extract<LoadOrder, { kind: 'publish closed' }>

interface Template {
  readonly bytes: Buffer
  /** Where the ids of the calls are. */
  readonly offsets: readonly number[]
}

export class ClosedPublish implements Load {
  readonly #order: Order
  readonly #templates: readonly Template[]
  readonly #progress: Progress
  readonly #receivedBefore: number
  readonly #tally = new Tally()
  #connections: PublisherConnection[] = []
  #running: Promise<unknown> = Promise.resolve()
  #events = 0
  #requests = 0
  #isStopped = false

  constructor(order: Order) {
    this.#order = order
    this.#templates = templates(order)
    this.#progress = new Progress(order.progressFile)
    this.#receivedBefore = this.#progress.read()
  }

  async start(): Promise<void> {
    const { connections, target } = this.#order
    this.#connections = await Promise.all(
      Array.from({ length: connections }, (_, nth) => new PublisherConnection(target, nth).start()),
    )
    this.#running = Promise.all(this.#connections.map((connection) => this.#publish(connection)))
  }

  mark(): void {
    this.#tally.mark()
  }

  async stop(): Promise<LoadResult> {
    this.#isStopped = true
    await this.#running
    for (const connection of this.#connections) connection.stop()
    this.#progress.close()
    return this.#tally.result()
  }

  async #publish(connection: PublisherConnection): Promise<void> {
    const { batch } = this.#order
    while (!this.#isStopped) {
      if (this.#isAhead()) {
        await sleep(1)
        continue
      }
      const body = this.#nextBody()
      const startedAt = monotonicMs()
      const status = await connection.post(batch === 1 ? 'one' : 'batch', body)
      this.#tally.ended(status === 202, batch, monotonicMs() - startedAt)
      if (status === 0) return
    }
  }

  #isAhead(): boolean {
    const { fanOut, outstandingMax } = this.#order
    return fanOut > 0 && this.#events * fanOut - (this.#progress.read() - this.#receivedBefore) > outstandingMax
  }

  #nextBody(): Buffer {
    const template = this.#templates[this.#requests++ % this.#templates.length] as Template // there is at least one
    const body = Buffer.from(template.bytes)
    for (const offset of template.offsets) body.write(callId(this.#events++), offset, 'latin1')
    return body
  }
}

/** One body for each agent; a batch holds all agents in turn. */
function templates({ target: { agentIds }, batch, bodyBytes }: Order): Template[] {
  const agents = agentIds.length === 0 ? [undefined] : agentIds
  const data = dataText(bodyBytes, callId(0))
  if (batch === 1) return agents.map((agentId) => template(eventText(data, agentId)))
  const events = Array.from({ length: batch }, (_, index) => eventText(data, agents[index % agents.length]))
  return [template(`{"events":[${events.join(',')}]}`)]
}

function template(text: string): Template {
  const bytes = Buffer.from(text)
  const offsets: number[] = []
  for (let at = bytes.indexOf(callId(0)); at !== -1; at = bytes.indexOf(callId(0), at + 1)) offsets.push(at)
  return { bytes, offsets }
}
