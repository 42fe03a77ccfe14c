// Owns the heads of the answers on one connection: a receiver says the same again and again, but for its date each second.
// Must never change what a head means: the same text is the same head.
import { type AnswerHead, parseAnswerHead } from './answer-head.ts'

/** A head, and how many bytes it takes with the empty line that ends it. */
export interface SizedHead {
  readonly head: AnswerHead
  readonly bytes: number
}

/** Longer ones are not worth their memory. */
const REMEMBERED_BYTES_MAX = 1024
export const HEAD_END = '\r\n\r\n'

export class AnswerHeads {
  /** Used again for the next head: a piece of Node's pool would keep 64 KiB of it while the connection is idle. */
  #memory: Buffer = Buffer.alloc(0)
  #last: SizedHead | undefined

  /** The final head that these bytes begin with, if it is the last one again: nearly always it is. */
  again(bytes: Buffer): SizedHead | undefined {
    const last = this.#last
    if (last === undefined || bytes.length < last.bytes) return undefined
    return bytes.compare(this.#memory, 0, last.bytes, 0, last.bytes) === 0 ? last : undefined
  }

  /**
   * As `parseAnswerHead`.
   * @param end where the empty line begins
   */
  parse(bytes: Buffer, end: number): SizedHead | undefined {
    const head = parseAnswerHead(bytes.toString('latin1', 0, end))
    if (head === undefined) return undefined
    const sized = { head, bytes: end + HEAD_END.length }
    if (head.status >= 200 && sized.bytes <= REMEMBERED_BYTES_MAX) {
      // A copy: what is read next comes into the memory of `bytes`.
      if (this.#memory.length < sized.bytes) this.#memory = Buffer.allocUnsafeSlow(sized.bytes)
      bytes.copy(this.#memory, 0, 0, sized.bytes)
      this.#last = sized
    }
    return sized
  }
}
