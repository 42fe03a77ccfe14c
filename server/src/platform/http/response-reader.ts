// Owns the reading of one response from the bytes of a connection, however they are cut: interim responses, head, and the body with the
// text that is kept of it (RFC 9112 §6, §7.1). Must never read past the end of the response, never decode a content-encoding, and never
// keep more than 16 KiB of head and 16 KiB of body.
import { StringDecoder } from 'node:string_decoder'
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import { ChunkedFraming } from './chunked-framing.ts'
import { type Framing, type ParseHead, parseResponseHead, type ResponseHead } from './response-head.ts'
import { KeptBytes, ResponseMemory } from './response-memory.ts'

/** `head_shed`: more of a head than is always kept came while other responses had taken all memory that is meant for them. */
export type ReadState = BodyState | 'head_too_large' | 'head_shed'

/** Status line and headers. */
const HEAD_BYTES_MAX = 16 * 1024
/** Kept of every head, also while other responses have taken all memory that is meant for them. Most have 300 bytes. */
const HEAD_ALLOWANCE_BYTES = 4 * 1024
// RFC 9110 §15.2 sets no bound; without one a peer could keep us parsing until the deadline.
const INTERIM_RESPONSES_MAX = 16
/**
 * A peer may send each byte in a TLS record of its own, each of which is decrypted by itself. What is kept of a body comes in as
 * many when each of its bytes is a chunk and a record.
 */
const READS_MAX = 20_000
const SWITCHING_PROTOCOLS = 101
const HEAD_END = '\r\n\r\n'
const BEGINNING = Buffer.from('HTTP/1.')
const NOTHING = Buffer.alloc(0)

export class ResponseReader {
  readonly #memory: ResponseMemory
  readonly #parseHead: ParseHead
  #head: ResponseHead | undefined
  #body: ResponseBody | undefined
  /** The beginning of a head, of which the end has not come yet. */
  #pending: KeptBytes | undefined
  #headBytesTaken = 0
  #interimCount = 0
  #isPersistent = true
  #reads = 0

  /**
   * @param memory of all responses under way
   * @param parseHead may remember what came before on the same connection
   */
  constructor(memory = new ResponseMemory(), parseHead: ParseHead = parseResponseHead) {
    this.#memory = memory
    this.#parseHead = parseHead
  }

  /** Takes what came next, and copies what it keeps. After anything but `more` the reader is done. */
  push(bytes: Buffer): ReadState {
    if (++this.#reads > READS_MAX) return this.#body?.cutOff() ?? 'not_http'
    if (this.#body !== undefined) return this.#body.push(bytes)
    return this.#pending === undefined ? this.#readHead(bytes) : this.#continueHead(this.#pending, bytes)
  }

  /** The connection was closed: whether the response is whole all the same. */
  isEndedByClose(): boolean {
    return this.#body?.isEndedByClose() ?? false
  }

  /** All of the final head has come. */
  get hasHead(): boolean {
    return this.#head !== undefined
  }

  /** The final head. Only when `hasHead`. */
  get head(): ResponseHead {
    if (this.#head === undefined) throw new Error('The head of the response has not come yet.')
    return this.#head
  }

  /** What is kept of the body, of what was read so far. Valid until more is read on any connection. */
  body(): Buffer {
    return this.#body?.bytes() ?? NOTHING
  }

  /** There is more of the body than `body` has, as far as is known. */
  get isCut(): boolean {
    return this.#body?.isCut ?? false
  }

  /** The response ended where it should, and the connection is good for another request. */
  get isReusable(): boolean {
    return this.#isPersistent && this.#body?.isCleanEnd === true
  }

  /** Releases what it holds. To be called once the response has been used. */
  release(): void {
    this.#pending?.release()
    this.#body?.release()
    this.#memory.give(this.#headBytesTaken)
    this.#headBytesTaken = 0
  }

  #readHead(bytes: Buffer): ReadState {
    const end = bytes.indexOf(HEAD_END, 0, 'latin1')
    if (end === -1) return this.#keepBeginning(bytes)
    if (end > HEAD_BYTES_MAX) return beginsAsHttp(bytes) ? 'head_too_large' : 'not_http'
    return this.#take(this.#parseHead(bytes.toString('latin1', 0, end)), end, bytes.subarray(end + HEAD_END.length))
  }

  #keepBeginning(bytes: Buffer): ReadState {
    if (!beginsAsHttp(bytes)) return 'not_http'
    if (bytes.length > HEAD_BYTES_MAX) return 'head_too_large'
    this.#pending = new KeptBytes({
      memory: this.#memory,
      allowanceBytes: HEAD_ALLOWANCE_BYTES,
      bytesMax: HEAD_BYTES_MAX + HEAD_END.length,
    })
    return this.#pending.append(bytes) < bytes.length ? 'head_shed' : 'more'
  }

  /** Looks for the end only where it may be now: a head that comes byte by byte is not searched anew for each. */
  #continueHead(pending: KeptBytes, bytes: Buffer): ReadState {
    const before = pending.length
    const taken = pending.append(bytes)
    const all = pending.view()
    const end = all.indexOf(HEAD_END, Math.max(before - HEAD_END.length + 1, 0), 'latin1')
    if (end === -1) {
      if (!beginsAsHttp(all)) return 'not_http'
      if (all.length > HEAD_BYTES_MAX) return 'head_too_large'
      return taken < bytes.length ? 'head_shed' : 'more'
    }
    const head = this.#parseHead(all.toString('latin1', 0, end))
    this.#pending = undefined
    pending.release()
    return this.#take(head, end, bytes.subarray(end + HEAD_END.length - before))
  }

  /**
   * @param headBytes without the empty line that ends it
   * @param rest what follows the head
   */
  #take(head: ResponseHead | undefined, headBytes: number, rest: Buffer): ReadState {
    if (head === undefined || head.status === SWITCHING_PROTOCOLS) return 'not_http'
    // A body where there is none is read in two ways.
    this.#isPersistent &&= head.isPersistent
    if (head.status < 200) {
      if (++this.#interimCount > INTERIM_RESPONSES_MAX) return 'not_http'
      return rest.length === 0 ? 'more' : this.#readHead(rest)
    }
    const extra = headBytes + HEAD_END.length - HEAD_ALLOWANCE_BYTES
    if (extra > 0) {
      if (!this.#memory.take(extra)) return 'head_shed'
      this.#headBytesTaken = extra
    }
    this.#head = head
    this.#body = new ResponseBody(head.framing, this.#memory)
    return this.#body.push(rest)
  }
}

/** A peer that speaks something else is told so at once, not at the deadline. */
function beginsAsHttp(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, BEGINNING.length)
  return bytes.compare(BEGINNING, 0, length, 0, length) === 0
}

/** `cut`: more than is kept has come, and the rest is of no interest. */
type BodyState = 'more' | 'whole' | 'cut' | 'not_http'

/** One more than is shown, which tells a body of exactly 16 KiB from a longer one. */
const BODY_BYTES_MAX = RESPONSE_BODY_BYTES_MAX + 1
/** Kept of every body, also while other responses have taken all memory that is meant for them. */
const ALLOWANCE_BYTES = 1024

class ResponseBody {
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
