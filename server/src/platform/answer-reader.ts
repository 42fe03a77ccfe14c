// Owns the reading of one answer from the bytes of a connection, however they are cut: interim answers, head, body.
// Must never read past the end of the answer, and never keep more than 16 KiB of head and 16 KiB of body.
import { AnswerBody, type BodyState, NOTHING } from './answer-body.ts'
import type { AnswerHead } from './answer-head.ts'
import { AnswerHeads, HEAD_END } from './answer-heads.ts'

export type ReadState = BodyState | 'head_too_large'

/** Status line and headers. */
export const HEAD_BYTES_MAX = 16 * 1024
// RFC 9110 §15.2 sets no bound; without one a peer could keep us parsing until the deadline.
const INTERIM_ANSWERS_MAX = 16
const SWITCHING_PROTOCOLS = 101
const BEGINNING = Buffer.from('HTTP/1.')

export class AnswerReader {
  readonly #heads: AnswerHeads
  #head: AnswerHead | undefined
  #body: AnswerBody | undefined
  #pending: Buffer = NOTHING
  #interimCount = 0

  /** @param heads of the same connection, to know them again */
  constructor(heads = new AnswerHeads()) {
    this.#heads = heads
  }

  /** Takes what came next, and copies what it keeps. After anything but `more` the reader is done. */
  push(bytes: Buffer): ReadState {
    return this.#body === undefined ? this.#pushHead(bytes) : this.#body.push(bytes)
  }

  /** The connection was closed: whether the answer is whole all the same. */
  isEndedByClose(): boolean {
    return this.#body?.isEndedByClose() ?? false
  }

  /** The final head. Only after `whole` or `cut`. */
  get head(): AnswerHead {
    if (this.#head === undefined) throw new Error('The head of the answer has not come yet.')
    return this.#head
  }

  /** What is kept of the body. */
  body(): Buffer {
    return this.#body?.bytes() ?? NOTHING
  }

  /** The answer ended where it should, and the connection is good for another request. */
  get isReusable(): boolean {
    return this.#head?.isPersistent === true && this.#body?.isCleanEnd === true
  }

  #pushHead(bytes: Buffer): ReadState {
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const again = this.#heads.again(all)
    return again === undefined ? this.#parseHead(all) : this.#begin(again.head, all.subarray(again.bytes))
  }

  #parseHead(bytes: Buffer): ReadState {
    let rest = bytes
    for (;;) {
      const end = rest.indexOf(HEAD_END, 0, 'latin1')
      // A whole head is judged below.
      if ((end === -1 || end > HEAD_BYTES_MAX) && !beginsAsHttp(rest)) return 'not_http'
      if ((end === -1 ? rest.length : end) > HEAD_BYTES_MAX) return 'head_too_large'
      if (end === -1) {
        this.#pending = Buffer.from(rest)
        return 'more'
      }
      const parsed = this.#heads.parse(rest, end)
      if (parsed === undefined || parsed.head.status === SWITCHING_PROTOCOLS) return 'not_http'
      rest = rest.subarray(parsed.bytes)
      if (parsed.head.status >= 200) return this.#begin(parsed.head, rest)
      if (++this.#interimCount > INTERIM_ANSWERS_MAX) return 'not_http'
    }
  }

  #begin(head: AnswerHead, rest: Buffer): ReadState {
    this.#head = head
    this.#body = new AnswerBody(head.framing)
    return this.#body.push(rest)
  }
}

/** A peer that speaks something else is told so at once, not at the deadline. */
function beginsAsHttp(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, BEGINNING.length)
  return bytes.compare(BEGINNING, 0, length, 0, length) === 0
}
