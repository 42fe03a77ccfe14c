// Owns a client of no good will: raw bytes on sockets of its own, read or not, all ended together.
import { connect, type Socket } from 'node:net'

export interface RawOptions {
  /** False: nothing of what comes is read. */
  readonly reads?: boolean
}

export class RawClient {
  readonly #port: number
  readonly #sockets = new Set<Socket>()

  constructor(address: string) {
    this.#port = Number(new URL(address).port)
  }

  /** Opens a connection and writes the bytes; resolves when it is open. */
  open(bytes: string | Buffer, { reads = true }: RawOptions = {}): Promise<Socket> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1', () => {
        socket.write(bytes)
        resolve(socket)
      })
      this.#sockets.add(socket)
      socket.on('error', () => {})
      // A server that cut the connection may have done so before it was seen to be open.
      socket.on('close', () => resolve(socket))
      if (reads) socket.resume()
      else socket.pause()
    })
  }

  /** What comes until the server ends the connection, or until `isEnough` holds for it. */
  async exchange(bytes: string | Buffer, isEnough: (text: string) => boolean = () => false): Promise<string> {
    const socket = await this.open(bytes, { reads: false })
    let text = ''
    return new Promise((resolve) => {
      const end = () => {
        socket.destroy()
        resolve(text)
      }
      socket.on('data', (chunk) => {
        text += chunk
        if (isEnough(text)) end()
      })
      socket.on('close', end)
      socket.resume()
      if (socket.destroyed) end()
    })
  }

  /** Ends all its connections. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }
}
