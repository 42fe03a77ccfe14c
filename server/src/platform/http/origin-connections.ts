// Owns the connections to one origin: which is used next, how many there may be, how long an idle one is trusted.
// Must never send a request twice: a connection that breaks is reported by the exchange that was on it.
import type { Cancel, Clock } from '../clock.ts'
import { Connection } from './connection.ts'
import type { Connector, ConnectTarget } from './connector.ts'
import { IDLE_MS_MAX, IdleTrust } from './idle-trust.ts'
import type { RequestMemory, TickWrites } from './request-bytes.ts'
import type { ResponseMemory } from './response-memory.ts'
import type { SocketBudget, SocketUser } from './socket-budget.ts'

export interface OriginConnectionsOptions {
  readonly clock: Clock
  readonly writes: TickWrites
  readonly memory: RequestMemory
  readonly responseMemory: ResponseMemory
  readonly connector: Connector
  readonly sockets: SocketBudget
  readonly connectionsMax: number
  readonly target: ConnectTarget
}

/** One request that needs a connection. */
export interface ConnectionUser {
  /** @param settlingMs so long nothing is to be written: the server may be about to close it */
  use(connection: Connection, settlingMs: number): void
}

// So that a receiver which moves to another address is followed although its connections never fall idle.
const AGE_MS_MAX = 600_000

export class OriginConnections implements SocketUser {
  readonly #options: OriginConnectionsOptions
  readonly #trust = new IdleTrust()
  /** The most recently used last: it is taken first, and the others age out. */
  readonly #idle: Connection[] = []
  readonly #waiting = new Set<ConnectionUser>()
  #inUse = 0
  /** When the next look for what has been idle for too long is, in monotonic milliseconds. */
  #sweepAt = Number.POSITIVE_INFINITY
  #cancelSweep: Cancel | undefined
  #isClosed = false

  constructor(options: OriginConnectionsOptions) {
    this.#options = options
  }

  /** No request is on a connection or waits for one. */
  get isQuiet(): boolean {
    return this.#inUse === 0 && this.#waiting.size === 0
  }

  /**
   * Gives the user a connection, now or as soon as one is free.
   * @returns what it waits for: a connection to this origin, of which earlier requests have as many as there may be, or a
   *   socket, of which this process has no more
   */
  acquire(user: ConnectionUser): 'nothing' | 'connection' | 'socket' {
    if (!this.#isAtItsBound && this.#assign(user)) return 'nothing'
    this.#waiting.add(user)
    return this.#isAtItsBound ? 'connection' : 'socket'
  }

  /** The user waits no longer. */
  leave(user: ConnectionUser): void {
    this.#waiting.delete(user)
    if (this.#waiting.size === 0) this.#options.sockets.leave(this)
  }

  /** Takes a connection back; one that cannot be used again is cut. */
  release(connection: Connection, isReusable: boolean): void {
    this.#inUse--
    if (isReusable && !this.#isClosed && !this.#options.sockets.isWantedBeside(this)) {
      connection.idleSince = this.#options.clock.monotonic()
      this.#idle.push(connection)
      this.#sweepBy(this.#trustedUntil(connection))
    } else {
      connection.destroy()
    }
    this.serve()
  }

  /** To the one that waits longest, if any, goes what is there. */
  serve(): void {
    const [next] = this.#waiting
    if (next === undefined || this.#isAtItsBound) return
    this.#waiting.delete(next)
    // To the front: nobody has come before it.
    if (!this.#assign(next)) this.#putBack(next)
    else if (this.#waiting.size > 0) this.serve()
  }

  /** The server closed a connection that had been idle for so long, and with it a request that was just being written. */
  closedAfter(idleMs: number): void {
    this.#trust.closedAfter(idleMs)
    for (const connection of this.#idle) this.#sweepBy(this.#trustedUntil(connection))
  }

  /** A connection was used again, and has answered. */
  answeredAgain(): void {
    this.#trust.answeredAgain()
  }

  /** Cuts the connection that has been idle for longest; false: none is idle. */
  closeIdle(): boolean {
    const oldest = this.#idle.shift()
    oldest?.destroy()
    return oldest !== undefined
  }

  /** Cuts idle connections; those in use are cut when they are released. */
  close(): void {
    this.#isClosed = true
    this.#cancelSweep?.()
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }

  get #isAtItsBound(): boolean {
    return this.#inUse >= this.#options.connectionsMax
  }

  /** False: there is no socket to be had, and `serve` is called when there is one. */
  #assign(user: ConnectionUser): boolean {
    const idle = this.#takeIdle()
    if (idle === undefined && !this.#options.sockets.take(this)) return false
    this.#inUse++
    if (idle === undefined) user.use(this.#open(), 0)
    else user.use(idle, this.#settlingMs(idle))
    return true
  }

  #putBack(user: ConnectionUser): void {
    const others = [...this.#waiting]
    this.#waiting.clear()
    for (const each of [user, ...others]) this.#waiting.add(each)
  }

  #settlingMs(connection: Connection): number {
    if (connection.isAnnounced) return 0
    return this.#trust.settlingMs(this.#options.clock.monotonic() - connection.idleSince)
  }

  /** The latest that is trusted. Those that are not wait for the sweep. */
  #takeIdle(): Connection | undefined {
    const now = this.#options.clock.monotonic()
    for (let last = this.#idle.at(-1); last !== undefined; last = this.#idle.at(-1)) {
      const isOld = now - last.openedAt > AGE_MS_MAX
      if (!isOld && now > this.#trustedUntil(last)) return undefined
      this.#idle.pop()
      if (!isOld) return last
      last.destroy()
    }
    return undefined
  }

  #trustedUntil({ idleSince, idleMsMax }: Connection): number {
    return idleSince + Math.min(this.#trust.limitMs, idleMsMax)
  }

  /** One timer for all: one for each connection would be set anew with every request. */
  #sweepBy(at: number): void {
    if (at >= this.#sweepAt) return
    this.#cancelSweep?.()
    this.#sweepAt = at
    this.#cancelSweep = this.#options.clock.schedule(
      () => this.#sweep(),
      Math.max(at - this.#options.clock.monotonic(), 1),
    )
  }

  /** Cuts what is not trusted any more, but for the oldest, which shows whether the server keeps them longer. */
  #sweep(): void {
    this.#sweepAt = Number.POSITIVE_INFINITY
    const now = this.#options.clock.monotonic()
    const untrusted: Connection[] = []
    for (const connection of this.#idle.splice(0)) {
      const until = this.#trustedUntil(connection)
      if (until <= now) untrusted.push(connection)
      else {
        this.#idle.push(connection)
        this.#sweepBy(until)
      }
    }
    const probe = untrusted.shift()
    for (const connection of untrusted) connection.destroy()
    if (probe !== undefined) this.#probe(probe, now)
  }

  #probe(connection: Connection, now: number): void {
    const idleMs = now - connection.idleSince
    if (idleMs >= this.#trust.probeMs) this.#trust.openAfter(idleMs)
    const endsAt = connection.idleSince + Math.min(connection.idleMsMax, IDLE_MS_MAX)
    if (now >= endsAt || now - connection.openedAt > AGE_MS_MAX) {
      connection.destroy()
      return
    }
    // It has been idle for longest.
    this.#idle.unshift(connection)
    this.#sweepBy(
      Math.max(Math.min(connection.idleSince + this.#trust.probeMs, endsAt), this.#trustedUntil(connection)),
    )
  }

  #open(): Connection {
    return new Connection({ ...this.#options, idleMsMax: IDLE_MS_MAX, onDisconnect: this.#disconnected })
  }

  readonly #disconnected = (connection: Connection, byServer: boolean): void => {
    const index = this.#idle.indexOf(connection)
    if (index === -1) return
    this.#idle.splice(index, 1)
    if (byServer) this.closedAfter(this.#options.clock.monotonic() - connection.idleSince)
  }
}
