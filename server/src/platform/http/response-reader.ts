// Owns the reading of one response from the bytes of a connection, however they are cut: interim responses, head, body.
// Must never read past the end of the response, and never keep more than 16 KiB of head and 16 KiB of body.

import { KeptBytes } from './kept-bytes.ts'
import { type BodyState, ResponseBody } from './response-body.ts'
import { type ParseHead, parseResponseHead, type ResponseHead } from './response-head.ts'
import { ResponseMemory } from './response-memory.ts'

/** `head_shed`: more of a head than is always kept came while other responses had taken all memory that is meant for them. */
export type ReadState = BodyState | 'head_too_large' | 'head_shed'

/** Status line and headers. */
export const HEAD_BYTES_MAX = 16 * 1024
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
