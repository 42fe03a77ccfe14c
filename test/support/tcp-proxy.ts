// Owns a TCP proxy between Timbre and its database: the network that the tests slow down, cut, and silence; and the floating
// address that an operator moves from one server to another.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

interface Link {
  readonly near: Socket
  readonly far: Socket
  isFrozen: boolean
}

export class TcpProxy {
  /** A port of this machine; new connections go there. */
  target: number
  /** Each way. */
  delayMs = 0
  readonly #server = createServer((near) => this.#join(near))
  readonly #links = new Set<Link>()

  constructor(target: number) {
    this.target = target
  }

  get port(): number {
    // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
    return (this.#server.address() as AddressInfo).port
  }

  get connections(): number {
    return this.#links.size
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.cut()
    await once(this.#server, 'close')
  }

  /** Resets every connection, on both sides. */
  cut(): void {
    for (const { near, far } of this.#links) for (const socket of [near, far]) socket.resetAndDestroy()
  }

  /** Nothing comes through the connections of now any more, and nobody is told: a machine that lost its power. */
  freeze(): void {
    for (const link of this.#links) link.isFrozen = true
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1')
    const link: Link = { near, far, isFrozen: false }
    this.#links.add(link)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.setNoDelay(true)
      this.#forward(link, from, to)
      from.on('error', () => {})
      from.on('close', () => {
        if (!link.isFrozen) to.destroy()
        if (near.destroyed && (far.destroyed || link.isFrozen)) this.#forget(link)
      })
    }
  }

  /** Everything arrives, in its order, `delayMs` after it was sent. */
  #forward(link: Link, from: Socket, to: Socket): void {
    const queue: { readonly at: number; readonly pass: () => void }[] = []
    const drain = () => {
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        const waitMs = next.at - performance.now()
        if (waitMs > 0) return setTimeout(drain, waitMs)
        queue.shift()
        next.pass()
      }
    }
    const later = (pass: () => void) => {
      queue.push({ at: performance.now() + this.delayMs, pass })
      if (queue.length === 1) drain()
    }
    from.on('data', (chunk) => later(() => !link.isFrozen && !to.destroyed && to.write(chunk)))
    from.on('end', () => later(() => !link.isFrozen && to.end()))
  }

  #forget(link: Link): void {
    link.near.destroy()
    link.far.destroy()
    this.#links.delete(link)
  }
}
