// Owns one reader of what a test receiver gets: how far it has come, and what it is shown next.
// Must never keep a request: what it has not taken in time is read from what the receiver keeps, or is told as missing.
import { GAP_FRAME } from '@timbre/contract/delivery-stream.ts'
import { CLEARED_FRAME, REQUEST_FRAME, type ReceivedCleared, type ReceivedGap } from '@timbre/contract/test-receiver.ts'
import type { OpenStream } from '../../insight/stream/open-streams.ts'
import { StreamLine } from '../../insight/stream/stream-line.ts'
import type { StreamSink } from '../../insight/stream/stream-sink.ts'
import type { KeptRequest, Receiver } from './test-receivers.ts'

type Seen = Pick<Receiver, 'requestCount' | 'clearedAt' | 'requests'>

export class ReceivedReader implements OpenStream {
  readonly line: StreamLine
  /** Of the last request that it has been shown, or told of, among all that the receiver got. */
  #position: number
  #clearedAt: number

  /** @param after null: from now on */
  constructor(sink: StreamSink, { requestCount, clearedAt }: Seen, after: number | null) {
    this.line = new StreamLine(sink)
    this.#position = after ?? requestCount
    // One that goes on from there may have seen what was forgotten since.
    this.#clearedAt = after !== null && after <= clearedAt ? 0 : clearedAt
  }

  /** All that it has not seen, the oldest first. */
  take({ requestCount, clearedAt, requests }: Seen, dataOf: (request: KeptRequest) => string): void {
    if (this.line.hasTakenAll) this.line.reads()
    if (clearedAt !== this.#clearedAt) {
      const cleared: ReceivedCleared = { until: clearedAt }
      this.#write(Math.max(clearedAt, this.#position), CLEARED_FRAME, JSON.stringify(cleared))
      this.#clearedAt = clearedAt
    }
    const kept = requests.slice(0, requestCount - this.#position).reverse()
    const missing: ReceivedGap = { count: requestCount - this.#position - kept.length }
    if (missing.count > 0) this.#write(this.#position + missing.count, GAP_FRAME, JSON.stringify(missing))
    for (const request of kept) this.#write(this.#position + 1, REQUEST_FRAME, dataOf(request))
  }

  beat(heartbeat: string): void {
    this.line.write(heartbeat)
  }

  place(): string {
    return `id: ${this.#position}\n\n`
  }

  #write(position: number, event: string, data: string): void {
    this.#position = position
    this.line.write(`id: ${position}\nevent: ${event}\ndata: ${data}\n\n`)
  }
}
