// Owns the publishers of the overload benchmark, in a process of their own: as fast as they are answered (closed loop), or at a
// rate whatever the responses are (open loop). A latency counts from the moment at which the request was due.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { RawConnection } from './raw-connection.ts'

export interface PublisherOrder {
  readonly port: number
  /** Requests per second; null: closed loop. */
  readonly rate: number | null
  readonly connectionsMax: number
  readonly seconds: number
  readonly requests: readonly { readonly text: string; readonly events: number }[]
}

export interface PublisherReport {
  readonly offered: number
  readonly offeredEvents: number
  /** Requests that were due but for which the generator had no connection free until the end. */
  readonly unsent: number
  readonly acceptedRequests: number
  readonly acceptedEvents: number
  readonly refused: number
  readonly refusedWithoutRetryAfter: number
  /** Other answers, by status; 0 is a broken connection or none within the time. */
  readonly others: Readonly<Record<string, number>>
  readonly acceptedMs: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly refusedMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** How late the generator's own event loop was. */
  readonly ownDelayMsP99: number
}

const TICK_MS = 4
const ANSWER_MS_MAX = 30_000

process.on('message', async (order: PublisherOrder) => process.send?.(await publish(order)))
process.on('disconnect', () => process.exit(0))

async function publish(order: PublisherOrder): Promise<PublisherReport> {
  const publisher = new Publisher(order)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await publisher.run()
  delay.disable()
  return publisher.report(delay.percentile(99) / 1e6)
}

class Publisher {
  readonly #order: PublisherOrder
  readonly #requests: readonly { readonly bytes: Buffer; readonly events: number }[]
  readonly #free: RawConnection[] = []
  readonly #all = new Set<RawConnection>()
  readonly #queue: number[] = []
  readonly #accepted: number[] = []
  readonly #refused: number[] = []
  readonly #others: Record<string, number> = {}
  #queueHead = 0
  #next = 0
  #offered = 0
  #offeredEvents = 0
  #acceptedEvents = 0
  #underWay = 0
  #withoutRetryAfter = 0
  #ended = false

  constructor(order: PublisherOrder) {
    this.#order = order
    this.#requests = order.requests.map(({ text, events }) => ({ bytes: Buffer.from(text), events }))
  }

  async run(): Promise<void> {
    const { rate, seconds, connectionsMax } = this.#order
    const startedAt = performance.now()
    const endsAt = startedAt + seconds * 1000
    if (rate === null) for (let index = 0; index < connectionsMax; index++) this.#offer(performance.now())
    for (let now = startedAt; now < endsAt; now = performance.now()) {
      const due = rate === null ? 0 : Math.floor(((now - startedAt) / 1000) * rate)
      while (this.#offered < due) this.#offer(startedAt + (this.#offered / (rate ?? 1)) * 1000)
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
    }
    this.#ended = true
    const answersBy = performance.now() + ANSWER_MS_MAX
    while (this.#underWay > 0 && performance.now() < answersBy) await new Promise((resolve) => setTimeout(resolve, 20))
    for (const connection of this.#all) connection.destroy()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }

  report(ownDelayMsP99: number): PublisherReport {
    return {
      offered: this.#offered,
      offeredEvents: this.#offeredEvents,
      unsent: this.#queue.length - this.#queueHead,
      acceptedRequests: this.#accepted.length,
      acceptedEvents: this.#acceptedEvents,
      refused: this.#refused.length,
      refusedWithoutRetryAfter: this.#withoutRetryAfter,
      others: this.#others,
      acceptedMs: quantiles(this.#accepted),
      refusedMs: quantiles(this.#refused),
      ownDelayMsP99,
    }
  }

  #offer(dueAt: number): void {
    this.#offered++
    const connection = this.#free.pop() ?? this.#opened()
    if (connection === undefined) this.#queue.push(dueAt)
    else this.#send(connection, dueAt)
  }

  #opened(): RawConnection | undefined {
    if (this.#all.size >= this.#order.connectionsMax) return undefined
    const connection = new RawConnection(this.#order.port, (closed) => this.#forget(closed))
    this.#all.add(connection)
    return connection
  }

  #forget(connection: RawConnection): void {
    this.#all.delete(connection)
    const index = this.#free.indexOf(connection)
    if (index !== -1) this.#free.splice(index, 1)
  }

  #send(connection: RawConnection, dueAt: number): void {
    const request = this.#requests[this.#next++ % this.#requests.length]
    if (request === undefined) throw new Error('The order has no requests.')
    this.#underWay++
    this.#offeredEvents += request.events
    connection.send(request.bytes, (status, hasRetryAfter) => {
      this.#underWay--
      this.#note(status, hasRetryAfter, performance.now() - dueAt, request.events)
      this.#goOn(connection)
    })
  }

  #note(status: number, hasRetryAfter: boolean, tookMs: number, events: number): void {
    if (status === 202 || status === 200) {
      this.#accepted.push(tookMs)
      this.#acceptedEvents += events
    } else if (status === 429) {
      this.#refused.push(tookMs)
      if (!hasRetryAfter) this.#withoutRetryAfter++
    } else this.#others[status] = (this.#others[status] ?? 0) + 1
  }

  #goOn(connection: RawConnection): void {
    if (!this.#all.has(connection)) return
    if (this.#ended) return
    if (this.#order.rate === null) {
      this.#offered++
      this.#send(connection, performance.now())
      return
    }
    // `shift` of a long array would move all of it.
    const dueAt = this.#queue[this.#queueHead]
    if (dueAt === undefined) this.#free.push(connection)
    else {
      this.#queueHead++
      this.#send(connection, dueAt)
    }
  }
}

function quantiles(values: number[]): { p50: number; p99: number; max: number } {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
