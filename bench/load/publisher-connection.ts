// Owns one connection of the publisher: raw bytes out, the framer in. An SDK call costs several times as much, and the
// publisher shares the cores with the server. Must never have two requests under way.
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { HttpFramer } from './http-framer.ts'
import type { PublishTarget } from './orders.ts'

export class PublisherConnection {
  readonly #socket: Socket
  readonly #heads: { readonly one: string; readonly batch: string }
  #answered: ((status: number) => void) | undefined

  /** @param nth of the connections to this target: they take turns at its nodes */
  constructor(target: PublishTarget, nth: number) {
    const { addresses } = target
    const { host, hostname, port } = new URL(addresses[nth % addresses.length] ?? addresses[0])
    this.#heads = { one: head(host, target, '/v1/events'), batch: head(host, target, '/v1/events/batch') }
    this.#socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
    const framer = new HttpFramer((message) => this.#settle(Number(message.toString('latin1', 9, 12))))
    this.#socket.on('data', (chunk: Buffer) => framer.push(chunk))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => this.#settle(0))
  }

  async start(): Promise<this> {
    await once(this.#socket, 'connect')
    return this
  }

  /** Gives the status, 0 when the connection broke. */
  post(way: 'one' | 'batch', body: Buffer): Promise<number> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve(0)
      this.#answered = resolve
      this.#socket.cork()
      this.#socket.write(`${this.#heads[way]}${body.length}\r\n\r\n`, 'latin1')
      this.#socket.write(body)
      this.#socket.uncork()
    })
  }

  stop(): void {
    this.#socket.destroy()
  }

  #settle(status: number): void {
    const answered = this.#answered
    this.#answered = undefined
    answered?.(status)
  }
}

function head(host: string, { apiKey, workspaceId }: PublishTarget, path: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    `x-api-key: ${apiKey}`,
    `x-workspace-id: ${workspaceId}`,
    'content-type: application/json',
    'content-length: ',
  ].join('\r\n')
}
