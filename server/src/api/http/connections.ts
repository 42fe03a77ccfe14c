// Owns the connections to the server: how many there may be, over all and from one address, and which of them have to go.
// Must never end one that a known key uses while another will do, nor look at what is said on it.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { addressAccount, type ClientAddresses } from './client-address.ts'
import { readNoFurther } from './read-no-further.ts'

export interface ConnectionsDependencies {
  readonly clock: Clock
  readonly addresses: Pick<ClientAddresses, 'isProxy'>
  readonly onCut: (reason: CutReason) => void
}

export interface ConnectionLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
}

/** Too many connections, a request before the response to the one before it, or a response that is not read. */
export type CutReason = 'crowded' | 'pipelined' | 'unread'

interface Connection {
  readonly socket: Socket
  /** undefined: of a trusted proxy, behind which there are many. */
  readonly from: From | undefined
  /** A request with a key that is good has come on it. */
  isProven: boolean
  response: ServerResponse | undefined
  /** Since when there is always something that the client has not read; 0: there is nothing. */
  laggingSince: number
}

/** The connections of one address, in the order they came. */
interface From {
  readonly account: string
  readonly unproven: Set<Connection>
  readonly proven: Set<Connection>
}

const SWEEP_MS = 500
/** A response of 1.5 MB has come through in this time at 50 KB/s. */
const UNREAD_MS_MAX = 30_000
/** Of all responses that are not read, before the longest unread ones are given up. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024

export class Connections {
  readonly #dependencies: ConnectionsDependencies
  readonly #limits: ConnectionLimits
  readonly #connections = new Map<Socket, Connection>()
  readonly #unproven = new Set<Connection>()
  readonly #addresses = new Map<string, From>()
  #cancel: Cancel | undefined

  constructor(dependencies: ConnectionsDependencies, limits: ConnectionLimits) {
    this.#dependencies = dependencies
    this.#limits = limits
  }

  get count(): number {
    return this.#connections.size
  }

  /** To be called for each new connection. It may be ended at once, or another one for it. */
  add(socket: Socket): void {
    const from = this.#from(socket)
    if (!this.#freeCapacity(from)) {
      this.#cut(socket, 'crowded')
      return
    }
    const connection: Connection = { socket, from, isProven: false, response: undefined, laggingSince: 0 }
    this.#connections.set(socket, connection)
    this.#unproven.add(connection)
    from?.unproven.add(connection)
    if (from !== undefined) this.#addresses.set(from.account, from)
    socket.once('close', () => this.#remove(connection))
    // Between two looks it may have read all of it, and been given more.
    socket.on('drain', () => {
      connection.laggingSince = 0
    })
    this.#cancel ??= this.#dependencies.clock.schedule(() => this.#sweep(), SWEEP_MS)
  }

  /**
   * To be called when a request begins. False: the response to the one before it is still under way; the connection is ended,
   * because every response that waits for another costs memory and no client needs that (RFC 9112 §9.3.2).
   */
  begin(socket: Socket, response: ServerResponse): boolean {
    // Node gives a response its socket when it is its turn.
    if (response.socket === null) {
      this.#cut(socket, 'pipelined')
      return false
    }
    const connection = this.#connections.get(socket)
    if (connection !== undefined) connection.response = response
    return true
  }

  /** To be called when a request on the connection has shown a key that is good. */
  prove(socket: Socket): void {
    const connection = this.#connections.get(socket)
    if (connection === undefined || connection.isProven) return
    connection.isProven = true
    this.#unproven.delete(connection)
    connection.from?.unproven.delete(connection)
    connection.from?.proven.add(connection)
  }

  /**
   * Whether a response is under way on the connection that has begun, or whose request has come whole. Nothing else may be written
   * then: a client would take it for that response.
   */
  isAnswering(socket: Socket): boolean {
    const connection = this.#connections.get(socket)
    const response = connection === undefined ? undefined : underWayOn(connection)
    return response !== undefined && (response.headersSent || response.req.complete)
  }

  /** Resolves when every request that has begun is answered, or its connection gone. */
  async answered(): Promise<void> {
    for (;;) {
      const underWay = [...this.#connections.values()].flatMap((connection) => underWayOn(connection) ?? [])
      if (underWay.length === 0) return
      await Promise.all(underWay.map((response) => once(response, 'close')))
    }
  }

  stop(): void {
    this.#cancel?.()
  }

  #from(socket: Socket): From | undefined {
    const { remoteAddress } = socket
    if (this.#dependencies.addresses.isProxy(remoteAddress)) return undefined
    const account = addressAccount(remoteAddress ?? '')
    return this.#addresses.get(account) ?? { account, unproven: new Set(), proven: new Set() }
  }

  /** False: there is none, because every other connection is one that somebody with a key is using. */
  #freeCapacity(from: From | undefined): boolean {
    const { connections, connectionsPerAddress } = this.#limits
    if (from !== undefined && sizeOf(from) >= connectionsPerAddress) return this.#end(oldest(from))
    if (this.#connections.size < connections) return true
    return this.#end(first(this.#unproven) ?? oldest(this.#crowd()))
  }

  /** The address with the most connections. */
  #crowd(): From | undefined {
    let most: From | undefined
    for (const from of this.#addresses.values()) if (most === undefined || sizeOf(from) > sizeOf(most)) most = from
    return most
  }

  #end(connection: Connection | undefined): boolean {
    if (connection === undefined) return false
    this.#remove(connection)
    this.#cut(connection.socket, 'crowded')
    return true
  }

  #remove(connection: Connection): void {
    if (!this.#connections.delete(connection.socket)) return
    this.#unproven.delete(connection)
    const { from } = connection
    if (from === undefined) return
    from.unproven.delete(connection)
    from.proven.delete(connection)
    if (sizeOf(from) === 0) this.#addresses.delete(from.account)
  }

  #cut(socket: Socket, reason: CutReason): void {
    if (socket.destroyed) return
    this.#dependencies.onCut(reason)
    readNoFurther(socket)
    socket.destroy()
  }

  #sweep(): void {
    const now = this.#dependencies.clock.monotonic()
    const lagging: Connection[] = []
    for (const connection of this.#connections.values()) {
      if (connection.socket.writableLength === 0) connection.laggingSince = 0
      else {
        connection.laggingSince ||= now
        lagging.push(connection)
      }
    }
    for (const { socket } of unreadTooLong(lagging, now)) this.#cut(socket, 'unread')
    this.#cancel =
      this.#connections.size === 0 ? undefined : this.#dependencies.clock.schedule(() => this.#sweep(), SWEEP_MS)
  }
}

/** Those that have not been read for too long, and the longest unread of what is too much together. */
function unreadTooLong(lagging: readonly Connection[], now: number): readonly Connection[] {
  let bytes = 0
  return [...lagging]
    .sort((a, b) => b.laggingSince - a.laggingSince)
    .filter(({ socket, laggingSince }) => {
      bytes += socket.writableLength
      return bytes > UNREAD_BYTES_MAX || now - laggingSince > UNREAD_MS_MAX
    })
}

function sizeOf({ unproven, proven }: From): number {
  return unproven.size + proven.size
}

/** The one that can be missed most: without a key the oldest, else the oldest with nothing under way. */
function oldest(from: From | undefined): Connection | undefined {
  if (from === undefined) return undefined
  return first(from.unproven) ?? [...from.proven].find((connection) => underWayOn(connection) === undefined)
}

function underWayOn({ response }: Connection): ServerResponse | undefined {
  return response?.writableFinished === false ? response : undefined
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  return set.values().next().value
}
