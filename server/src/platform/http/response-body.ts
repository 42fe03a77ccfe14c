// Owns the body of a response and the text kept of it: finds its end and keeps its first 16 KiB (RFC 9112 §6, §7.1). Never decodes a content-encoding.
// Must never keep more, nor cost more than one buffer, whatever a peer sends and in however small pieces.
import { StringDecoder } from 'node:string_decoder'
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import { ChunkedFraming } from './chunked-framing.ts'
import { KeptBytes } from './kept-bytes.ts'
import type { Framing } from './response-head.ts'
import type { ResponseMemory } from './response-memory.ts'

/** `cut`: more than is kept has come, and the rest is of no interest. */
export type BodyState = 'more' | 'whole' | 'cut' | 'not_http'

/** One more than is shown, which tells a body of exactly 16 KiB from a longer one. */
const BODY_BYTES_MAX = RESPONSE_BODY_BYTES_MAX + 1
/** Kept of every body, also while other responses have taken all memory that is meant for them. */
const ALLOWANCE_BYTES = 1024
const NOTHING = Buffer.alloc(0)

export class ResponseBody {
  readonly #chunked: ChunkedFraming | undefined
  readonly #kept: KeptBytes
  /** What came in the latest piece while nothing was kept: nearly always the whole body, which is then never copied. */
  #latest: Uint8Array = NOTHING
  /** Bytes that are still to come; infinite until the connection closes. */
  #left: number
  /** Bytes of the body so far, up to one more than is shown. */
  #bytes = 0
  #isCutOff = false
  /** The body ended as RFC 9112 says, and nothing came after it, which nobody would have asked for. */
  isCleanEnd = false

  constructor(framing: Framing, memory: ResponseMemory) {
    this.#chunked =
      framing.kind === 'chunked' ? new ChunkedFraming((bytes, start, end) => this.#keep(bytes, start, end)) : undefined
    this.#left = framing.kind === 'length' ? framing.bytes : Number.POSITIVE_INFINITY
    this.#kept = new KeptBytes({ memory, allowanceBytes: ALLOWANCE_BYTES, bytesMax: BODY_BYTES_MAX })
  }

  push(bytes: Uint8Array): BodyState {
    const end = this.#chunked === undefined ? this.#pushPlain(bytes) : this.#chunked.push(bytes)
    if (end === 'not_http') return end
    if (this.#bytes >= BODY_BYTES_MAX || end === 'cut') return this.cutOff()
    if (end === 'more') {
      this.#keepLatest()
      return 'more'
    }
    this.isCleanEnd = end === bytes.length && this.#chunked?.isClean !== false
    return 'whole'
  }

  /** The connection was closed: whether that was the end of the body. */
  isEndedByClose(): boolean {
    return this.#left === Number.POSITIVE_INFINITY && this.#chunked === undefined
  }

  /** Nothing more of the body is read. */
  cutOff(): 'cut' {
    this.#isCutOff = true
    return 'cut'
  }

  /** There is more of the body than `bytes` has. */
  get isCut(): boolean {
    return this.#isCutOff || this.#bytes > this.bytes().length
  }

  /** What is kept. Valid until the next `push` and until the memory that was pushed is used for something else. */
  bytes(): Buffer {
    const { buffer, byteOffset, length } = this.#latest.length > 0 ? this.#latest : this.#kept.view()
    return Buffer.from(buffer, byteOffset, Math.min(length, RESPONSE_BODY_BYTES_MAX))
  }

  /** Gives the memory back. */
  release(): void {
    this.#latest = NOTHING
    this.#kept.release()
  }

  /** Where the body ends in these bytes, or that it goes on. */
  #pushPlain(bytes: Uint8Array): number | 'more' {
    const end = Math.min(this.#left, bytes.length)
    this.#keep(bytes, 0, end)
    this.#left -= end
    return this.#left === 0 ? end : 'more'
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (start === end || this.#bytes >= BODY_BYTES_MAX) return
    if (this.#bytes === 0) {
      this.#latest = bytes.subarray(start, end)
    } else {
      this.#keepLatest()
      this.#kept.append(bytes, start, end)
    }
    this.#bytes = Math.min(this.#bytes + end - start, BODY_BYTES_MAX)
  }

  /** The memory in which it came is about to be used for what comes next. */
  #keepLatest(): void {
    if (this.#latest.length === 0) return
    this.#kept.append(this.#latest)
    this.#latest = NOTHING
  }
}

/**
 * The kept part of a body as text that every database accepts: UTF-8, what is none and NUL replaced by U+FFFD.
 * @param bytes at most RESPONSE_BODY_BYTES_MAX
 * @param isCut the body went on: a character that was cut in two at the end is left out
 */
export function responseText(bytes: Buffer, isCut: boolean): string {
  const text = isCut ? new StringDecoder('utf8').write(bytes) : bytes.toString('utf8')
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text
}
