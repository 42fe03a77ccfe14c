// Owns one connection to an origin: opens it, writes one request after another, reads one response for each.
// Must never send a request twice, and never has more than one under way (RFC 9112 §9.3.2: no pipelining).
import type { Socket } from 'node:net'
import type { Cancel, Clock } from '../clock.ts'
import type { Unsent } from '../transport.ts'
import type { ConnectionFacts, Connector, ConnectTarget } from './connector.ts'
import { CLOSED, ConnectError, type Failure, failureOf, HEADERS_SHED, HEADERS_TOO_LARGE, NOT_HTTP } from './failure.ts'
import type { RequestMemory, TickWrites } from './request-bytes.ts'
import { rememberingParser } from './response-head.ts'
import type { ResponseMemory } from './response-memory.ts'
import { type ReadState, ResponseReader } from './response-reader.ts'
import type { SocketBudget } from './socket-budget.ts'

export interface ConnectionOptions {
  readonly connector: Connector
  readonly target: ConnectTarget
  readonly clock: Clock
  readonly writes: TickWrites
  readonly memory: RequestMemory
  readonly responseMemory: ResponseMemory
  /** One was taken for this connection, which gives it back. */
  readonly sockets: SocketBudget
  readonly idleMsMax: number
  /** Called once when the connection ends while no request is on it. */
  readonly onDisconnect: (connection: Connection, byServer: boolean) => void
}

/** Who waits for the response to one request. Exactly one of the last three is called, once. */
export interface ResponseUser {
  onWritten(): void
  onFirstByte(): void
  /** The response must be used before this returns. */
  onResponse(response: ResponseReader): void
  /** @param partial what was read of the response, if its head was whole; to be used before this returns */
  onFailure(failure: Failure | Unsent, partial?: ResponseReader): void
  /** A connection that had been used before ended, and no byte of this request was written to it. */
  onUnwritten(): void
}

// A server's own hint (`keep-alive: timeout=5`) is obeyed, less this much for the way of the bytes.
const HINT_MARGIN_MS = 1000

export class Connection {
  readonly facts: ConnectionFacts = { dns: null, connect: null, tls: null, remoteAddress: null }
  /** Monotonic milliseconds when it last became idle. */
  idleSince = 0
  /** Milliseconds that it may be idle, as far as the server has said. */
  idleMsMax: number
  /** The server has said so. */
  isAnnounced = false
  /** Monotonic milliseconds when it was opened. */
  openedAt: number
  readonly #options: ConnectionOptions
  readonly #parseHead = rememberingParser()
  #socket: Socket | undefined
  #request: Uint8Array | undefined
  #user: ResponseUser | undefined
  #reader: ResponseReader | undefined
  #isFresh = true
  #isClean = false
  #isOpening = true
  #isOver = false
  #cancelSettling: Cancel | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.idleMsMax = options.idleMsMax
    this.openedAt = options.clock.monotonic()
    void this.#open()
  }

  /**
   * Writes the request, as soon as the connection is open. The one before it has been answered.
   * @param settlingMs wait so long before: the server may be about to close
   */
  send(request: Uint8Array, user: ResponseUser, settlingMs = 0): void {
    this.#request = request
    this.#user = user
    if (this.#socket === undefined) return
    const { writes, clock } = this.#options
    if (settlingMs === 0) writes.add(this.#write)
    else this.#cancelSettling = clock.schedule(() => writes.add(this.#write), settlingMs)
  }

  /** What has come of the response under way, if its head is whole. */
  get partial(): ResponseReader | undefined {
    return this.#reader?.hasHead === true ? this.#reader : undefined
  }

  /** The last response was whole, the request is not still being taken, and nothing speaks against another. */
  get isReusable(): boolean {
    return !this.#isOver && this.#isClean && this.#socket?.writableNeedDrain === false
  }

  /** True for the first request after the connection was opened, and only once. */
  takeFresh(): boolean {
    const isFresh = this.#isFresh
    this.#isFresh = false
    return isFresh
  }

  /** Cuts the connection. A request that it has not written yet is never written. */
  destroy(): void {
    if (!this.#isOver && !this.#isOpening) this.#options.sockets.give()
    this.#isOver = true
    this.#cancelSettling?.()
    this.#user = undefined
    this.#request = undefined
    this.#dropReader()
    this.#socket?.destroy()
  }

  async #open(): Promise<void> {
    const { connector, target, clock } = this.#options
    try {
      const socket = await connector.connect(target, this.facts, this.#read)
      this.openedAt = clock.monotonic()
      socket.on('error', (error) => this.#end(error))
      socket.on('end', () => this.#end(null))
      socket.on('close', () => this.#end(null))
      this.#socket = socket
      this.#opened()
      if (this.#isOver) socket.destroy()
      else if (socket.destroyed) this.#end(null)
      else this.#write()
    } catch (error) {
      this.#opened()
      this.#end(error)
    }
  }

  /** Until now it had a socket, also if it was cut meanwhile. */
  #opened(): void {
    this.#isOpening = false
    if (this.#isOver) this.#options.sockets.give()
  }

  readonly #write = (): void => {
    const request = this.#request
    // Cut meanwhile: what was not written is never written.
    if (request === undefined) return
    this.#request = undefined
    this.#reader = new ResponseReader(this.#options.responseMemory, this.#parseHead)
    this.#user?.onWritten()
    this.#socket?.write(request, this.#options.memory.whenWritten(request))
  }

  readonly #read = (bytes: Buffer): void => {
    const user = this.#user
    // Nobody asked: whatever it is, it must not become the response to the next request.
    if (user === undefined) this.#endIdle()
    else if (this.#request !== undefined || this.#reader === undefined) this.#end(new ConnectError(NOT_HTTP))
    else this.#readResponse(bytes, user, this.#reader)
  }

  #readResponse(bytes: Buffer, user: ResponseUser, reader: ResponseReader): void {
    user.onFirstByte()
    const state = reader.push(bytes)
    if (state !== 'more') this.#settle(user, reader, state)
  }

  #settle(user: ResponseUser, reader: ResponseReader, state: Exclude<ReadState, 'more'>): void {
    this.#user = undefined
    this.#reader = undefined
    this.#isClean = state === 'whole' && reader.isReusable
    switch (state) {
      case 'whole':
        this.#obeyHint(reader.head.idleMs)
        user.onResponse(reader)
        break
      case 'cut':
        user.onResponse(reader)
        break
      case 'head_too_large':
        user.onFailure(HEADERS_TOO_LARGE)
        break
      case 'head_shed':
        user.onFailure(HEADERS_SHED)
        break
      case 'not_http':
        user.onFailure(NOT_HTTP, reader.hasHead ? reader : undefined)
    }
    reader.release()
  }

  #obeyHint(idleMs: number | null): void {
    if (idleMs === null) return
    this.isAnnounced = true
    this.idleMsMax = Math.min(this.#options.idleMsMax, idleMs - HINT_MARGIN_MS)
  }

  #endIdle(): void {
    if (this.#isOver) return
    this.destroy()
    this.#options.onDisconnect(this, false)
  }

  /** @param error null when the other side closed the connection cleanly */
  #end(error: unknown): void {
    if (this.#isOver) return
    const user = this.#user
    const reader = this.#reader
    const isUnwritten = this.#request !== undefined && !this.#isFresh
    this.#reader = undefined
    this.destroy()
    if (user === undefined) this.#options.onDisconnect(this, true)
    else if (isUnwritten) user.onUnwritten()
    else if (error === null && reader?.isEndedByClose() === true) user.onResponse(reader)
    else user.onFailure(error === null ? CLOSED : failureOf(error), reader?.hasHead === true ? reader : undefined)
    reader?.release()
  }

  #dropReader(): void {
    this.#reader?.release()
    this.#reader = undefined
  }
}
