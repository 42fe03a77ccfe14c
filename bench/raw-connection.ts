// Owns one keep-alive connection of a load generator: bytes that were made before out, status and length of the response in.
// An HTTP client would take as much of the processor as the server that it is to overload.
import { connect, type Socket } from 'node:net'

/** @param status 0: the connection broke before the response was there */
export type Answered = (status: number, hasRetryAfter: boolean) => void

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = NOTHING
  #answered: Answered | undefined

  /** @param onClosed called once; no request can be sent from then on */
  constructor(port: number, onClosed: (connection: RawConnection) => void) {
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => {
      onClosed(this)
      this.#end(0, false)
    })
  }

  send(request: Buffer, answered: Answered): void {
    this.#answered = answered
    this.#socket.write(request)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const headEnd = this.#received.indexOf(HEAD_END)
    if (headEnd === -1) return
    const head = this.#received.toString('latin1', 0, headEnd)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < headEnd + HEAD_END.length + length) return
    this.#received = NOTHING
    this.#end(Number(head.slice(9, 12)), /\r\nretry-after: [1-9]/i.test(head))
  }

  #end(status: number, hasRetryAfter: boolean): void {
    const answered = this.#answered
    this.#answered = undefined
    answered?.(status, hasRetryAfter)
  }
}
