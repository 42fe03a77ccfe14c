// Owns one kept-alive connection to an origin: an undici client that carries one request at a time, and its facts.
// Must never choose when it is used: origin-connections.ts does.

import { Client, type Dispatcher } from 'undici'
import type { Clock } from './clock.ts'
import type { ConnectionFacts, Connector, ConnectTarget } from './connector.ts'

export interface ConnectionOptions {
  readonly connector: Connector
  readonly origin: string
  readonly target: ConnectTarget
  readonly clock: Clock
  readonly idleMsMax: number
  readonly onDisconnect: (connection: Connection, error: Error) => void
}

/** Names and values of an answer's headers together (undici's own measure). */
export const RESPONSE_HEADER_BYTES_MAX = 16 * 1024

// A server's own hint (`keep-alive: timeout=5`) is obeyed, less this much for the way of the bytes.
const HINT_MARGIN_MS = 1000

export class Connection {
  readonly facts: ConnectionFacts = { dns: null, connect: null, tls: null, remoteAddress: null }
  /** Monotonic milliseconds when it last became idle. */
  idleSince = 0
  /** Monotonic milliseconds when it was last opened. */
  openedAt: number
  readonly #client: Client
  readonly #clock: Clock
  #isFresh = true

  constructor(options: ConnectionOptions) {
    const { connector, target, clock } = options
    this.#clock = clock
    this.openedAt = clock.monotonic()
    this.#client = new Client(options.origin, {
      pipelining: 1,
      allowH2: false,
      // The exchange has one deadline for everything; undici's own are idle timers.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
      keepAliveTimeout: options.idleMsMax,
      keepAliveMaxTimeout: options.idleMsMax,
      keepAliveTimeoutThreshold: HINT_MARGIN_MS,
      connect: (_options, callback) => {
        this.#reset()
        connector.connect(target, this.facts).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        )
      },
    })
    this.#client.on('disconnect', (_origin, _targets, error) => options.onDisconnect(this, error))
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler)
  }

  /** True for the first request after the connection was opened, and only once. */
  takeFresh(): boolean {
    const isFresh = this.#isFresh
    this.#isFresh = false
    return isFresh
  }

  /** Cuts the connection. A request that it has not written yet is never written. */
  destroy(): void {
    this.#client.destroy().catch(() => undefined)
  }

  #reset(): void {
    this.#isFresh = true
    this.openedAt = this.#clock.monotonic()
    Object.assign(this.facts, { dns: null, connect: null, tls: null, remoteAddress: null })
  }
}
