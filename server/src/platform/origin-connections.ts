// Owns the connections to one origin: which is used next, how many there may be, how long an idle one is trusted.
// Must never send a request twice: a connection that breaks is reported by the exchange that was on it.
import type { Cancel, Clock } from './clock.ts'
import { Connection } from './connection.ts'
import type { Connector, ConnectTarget } from './connector.ts'
import type { RequestMemory } from './request-memory.ts'
import type { ResponseMemory } from './response-memory.ts'
import type { WriteTurn } from './write-turn.ts'

export interface OriginConnectionsOptions {
  readonly clock: Clock
  readonly turn: WriteTurn
  readonly memory: RequestMemory
  readonly responseMemory: ResponseMemory
  readonly connector: Connector
  readonly connectionsMax: number
  readonly target: ConnectTarget
}

/** One request that needs a connection. */
export interface ConnectionUser {
  use(connection: Connection): void
}

// Below the 60 s of AWS load balancers and the 75 s of nginx, neither of which announces its limit. A longer idle time
// saves little: a handshake costs 2 ms of CPU, once a minute.
const IDLE_MS_MAX = 55_000
// A server that closed an idle connection after 5 s (uvicorn's limit, say) will do so again, and a request written in
// that moment is lost with the connection. From then on connections here are trusted for 1 s less.
const IDLE_MARGIN_MS = 1000
// Closed sooner, it was a restart and no idle limit: nothing is learned from it.
const LEARNED_IDLE_MS_MIN = 1500
// So that a receiver which moves to another address is followed although its connections never fall idle.
const AGE_MS_MAX = 600_000

export class OriginConnections {
  readonly #options: OriginConnectionsOptions
  /** The most recently used last: it is taken first, and the others age out. */
  readonly #idle: Connection[] = []
  readonly #waiting = new Set<ConnectionUser>()
  #inUse = 0
  #idleMsMax = IDLE_MS_MAX
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

  /** Gives the user a connection, now or as soon as one is free. */
  acquire(user: ConnectionUser): void {
    if (this.#inUse < this.#options.connectionsMax) this.#assign(user)
    else this.#waiting.add(user)
  }

  /** The user waits no longer. */
  leave(user: ConnectionUser): void {
    this.#waiting.delete(user)
  }

  /** Takes a connection back; one that cannot be used again is cut. */
  release(connection: Connection, isReusable: boolean): void {
    this.#inUse--
    if (isReusable && !this.#isClosed) {
      connection.idleSince = this.#options.clock.monotonic()
      this.#idle.push(connection)
      this.#sweepBy(this.#trustedUntil(connection))
    } else {
      connection.destroy()
    }
    const next = this.#waiting.values().next()
    if (next.done === true) return
    this.#waiting.delete(next.value)
    this.#assign(next.value)
  }

  /** Remembers that the server closes connections which were idle for so long. */
  learnIdleLimit(idleMs: number): void {
    if (idleMs >= LEARNED_IDLE_MS_MIN) this.#idleMsMax = Math.min(this.#idleMsMax, idleMs - IDLE_MARGIN_MS)
  }

  /** Cuts idle connections; those in use are cut when they are given back. */
  close(): void {
    this.#isClosed = true
    this.#cancelSweep?.()
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }

  #assign(user: ConnectionUser): void {
    this.#inUse++
    user.use(this.#takeIdle() ?? this.#open())
  }

  #takeIdle(): Connection | undefined {
    const now = this.#options.clock.monotonic()
    for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
      if (now <= this.#trustedUntil(last) && now - last.openedAt <= AGE_MS_MAX) return last
      last.destroy()
    }
    return undefined
  }

  #trustedUntil({ idleSince, idleMsMax }: Connection): number {
    return idleSince + Math.min(this.#idleMsMax, idleMsMax)
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

  #sweep(): void {
    this.#sweepAt = Number.POSITIVE_INFINITY
    const now = this.#options.clock.monotonic()
    for (const connection of this.#idle.splice(0)) {
      const until = this.#trustedUntil(connection)
      if (until <= now) connection.destroy()
      else {
        this.#idle.push(connection)
        this.#sweepBy(until)
      }
    }
  }

  #open(): Connection {
    return new Connection({ ...this.#options, idleMsMax: IDLE_MS_MAX, onDisconnect: this.#disconnected })
  }

  readonly #disconnected = (connection: Connection, byServer: boolean): void => {
    const index = this.#idle.indexOf(connection)
    if (index === -1) return
    this.#idle.splice(index, 1)
    if (byServer) this.learnIdleLimit(this.#options.clock.monotonic() - connection.idleSince)
  }
}
