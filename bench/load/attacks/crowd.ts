// Owns a crowd of connections of which so many are always open: one that is closed is opened again.
import { createConnection, type Socket } from 'node:net'

const AGAIN_AFTER_MS = 100

export class Crowd {
  readonly #address: URL
  readonly #size: number
  readonly #onOpen: (socket: Socket, nth: number) => void
  readonly #sockets = new Set<Socket>()
  #isStopped = true
  #opened = 0

  constructor(address: string, size: number, onOpen: (socket: Socket, nth: number) => void) {
    this.#address = new URL(address)
    this.#size = size
    this.#onOpen = onOpen
  }

  start(): void {
    this.#isStopped = false
    this.#opened = 0
    for (let nth = 0; nth < this.#size; nth++) this.#open(nth)
  }

  /** How many connections there were in all. */
  stop(): number {
    this.#isStopped = true
    for (const socket of this.#sockets) socket.destroy()
    return this.#opened
  }

  #open(nth: number): void {
    if (this.#isStopped) return
    const socket = createConnection({ host: this.#address.hostname, port: Number(this.#address.port) })
    this.#sockets.add(socket)
    socket.on('connect', () => {
      this.#opened++
      this.#onOpen(socket, nth)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      setTimeout(() => this.#open(nth), AGAIN_AFTER_MS)
    })
  }
}
