// Owns where an HTTP/1.1 message ends in a stream of bytes. It knows Content-Length and nothing else, because it must
// cost less than what it measures. Must never guess: what it does not know is an error.

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/** @param message head and body; @param bodyStart where the body begins in it */
export type OnMessage = (message: Buffer, bodyStart: number) => void

export class HttpFramer {
  readonly #onMessage: OnMessage
  #chunks: Buffer[] = []
  #length = 0
  /** Length of the message under way; 0 while its head is not complete. */
  #needed = 0

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage
  }

  /** Takes the next bytes, and gives every message that is complete with them. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#needed) return
    const only = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const rest = this.#split(only)
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
  }

  #split(bytes: Buffer): Buffer {
    let rest = bytes
    while (rest.length > 0) {
      const end = rest.indexOf(HEAD_END)
      this.#needed = 0
      if (end === -1) return rest
      const bodyStart = end + HEAD_END.length
      const length = bodyStart + contentLength(rest.toString('latin1', 0, end))
      if (rest.length < length) {
        this.#needed = length
        return rest
      }
      this.#onMessage(rest.subarray(0, length), bodyStart)
      rest = rest.subarray(length)
    }
    this.#needed = 0
    return NOTHING
  }
}

function contentLength(head: string): number {
  const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1]
  if (length === undefined && /\r\ntransfer-encoding:/i.test(head)) throw new Error('A message without Content-Length.')
  return Number(length ?? 0)
}
