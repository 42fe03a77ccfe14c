// Owns the body of an answer: finds its end and keeps its first 16 KiB (RFC 9112 §6, §7.1). Never decodes a content-encoding.
// Must never keep more, whatever a peer sends.
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import type { Framing } from './answer-head.ts'
import { ChunkedFraming } from './chunked-framing.ts'

/** `cut`: more than is kept has come, and the rest is of no interest. */
export type BodyState = 'more' | 'whole' | 'cut' | 'not_http'

export const NOTHING = Buffer.alloc(0)

export class AnswerBody {
  readonly #chunked: ChunkedFraming | undefined
  /** Bytes that are still to come; infinite until the connection closes. */
  #left: number
  readonly #kept: Buffer[] = []
  #keptBytes = 0
  /** The body ended and nothing came after it, which nobody would have asked for. */
  isCleanEnd = false

  constructor(framing: Framing) {
    this.#chunked = framing.kind === 'chunked' ? new ChunkedFraming((bytes) => this.#keep(bytes)) : undefined
    this.#left = framing.kind === 'length' ? framing.bytes : Number.POSITIVE_INFINITY
  }

  push(bytes: Uint8Array): BodyState {
    const end = this.#chunked === undefined ? this.#pushPlain(bytes) : this.#chunked.push(bytes)
    if (end === 'not_http') return end
    if (this.#keptBytes > RESPONSE_BODY_BYTES_MAX) return 'cut'
    if (end === 'more') return 'more'
    this.isCleanEnd = end === bytes.length
    return 'whole'
  }

  /** The connection was closed: whether that was the end of the body. */
  isEndedByClose(): boolean {
    return this.#left === Number.POSITIVE_INFINITY && this.#chunked === undefined
  }

  /** What is kept. */
  bytes(): Buffer {
    const [first] = this.#kept
    if (first === undefined) return NOTHING
    if (this.#kept.length === 1) return first.subarray(0, RESPONSE_BODY_BYTES_MAX)
    return Buffer.concat(this.#kept, Math.min(this.#keptBytes, RESPONSE_BODY_BYTES_MAX))
  }

  /** Where the body ends in these bytes, or that it goes on. */
  #pushPlain(bytes: Uint8Array): number | 'more' {
    const end = Math.min(this.#left, bytes.length)
    this.#keep(bytes.subarray(0, end))
    this.#left -= end
    return this.#left === 0 ? end : 'more'
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#keptBytes > RESPONSE_BODY_BYTES_MAX) return
    this.#kept.push(Buffer.from(bytes))
    this.#keptBytes += bytes.length
  }
}
