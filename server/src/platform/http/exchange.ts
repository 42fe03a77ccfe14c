// Owns one request and its response: the deadline, the phases, the cut after 16 KiB. Becomes exactly one outcome, or is unsent.
// Must never send a second time, whatever happens to the connection (the engine's schedule retries, and records it).

import type { Cancel, Clock } from '../clock.ts'
import type { Outcome, SendEnd, Unsent } from '../transport.ts'
import type { Connection, ResponseUser } from './connection.ts'
import {
  CONNECT_TOO_SLOW,
  type Failure,
  NO_CONNECTION_IN_TIME,
  NO_END_IN_TIME,
  NO_RESPONSE_IN_TIME,
  NO_SOCKET,
} from './failure.ts'
import type { ConnectionUser, OriginConnections } from './origin-connections.ts'
import type { ResponseReader } from './response-reader.ts'
import { responseText } from './response-reader.ts'

export interface ExchangeOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly connections: OriginConnections
  /** All of it, as it is written. */
  readonly request: Uint8Array
  readonly resolve: (end: SendEnd) => void
}

/** A descriptor or a port may be free again in a moment; a route rarely is. */
const RETRY_MS_MIN = 50
const RETRY_MS_MAX = 2000
/** Of its time a request that waited for one of our sockets has so much left, or it is not sent: the receiver would be blamed. */
const LEFT_AT_LEAST = 1 / 10
const ANSWERED = { kind: 'answered', error: null } as const

export class Exchange implements ConnectionUser, ResponseUser {
  readonly #clock: Clock
  readonly #connections: OriginConnections
  readonly #request: Uint8Array
  readonly #resolve: (end: SendEnd) => void
  readonly #startedAt: number
  readonly #timeoutMs: number
  readonly #cancelDeadline: Cancel
  #connection: Connection | undefined
  #usedAt: number | undefined
  /** What it had to wait for before it got its connection. */
  #waitsFor: ReturnType<OriginConnections['acquire']>
  #isReused = false
  #writtenAt: number | undefined
  #firstByteMs: number | null = null
  /** Why it could not be sent when that was tried last. */
  #fault: Unsent | undefined
  #retryMs = RETRY_MS_MIN
  #cancelRetry: Cancel | undefined
  #isOver = false

  constructor(options: ExchangeOptions) {
    this.#clock = options.clock
    this.#connections = options.connections
    this.#request = options.request
    this.#resolve = options.resolve
    this.#startedAt = options.clock.monotonic()
    this.#timeoutMs = options.timeoutMs
    this.#cancelDeadline = options.clock.schedule(() => this.#expire(), options.timeoutMs)
    this.#waitsFor = options.connections.acquire(this)
  }

  use(connection: Connection, settlingMs: number): void {
    this.#connection = connection
    this.#usedAt = this.#clock.monotonic()
    if (this.#waitsFor === 'socket' && this.#isTooLate(this.#usedAt)) this.#finish(NO_SOCKET)
    else connection.send(this.#request, this, settlingMs)
  }

  onWritten(): void {
    this.#isReused = this.#connection?.takeFresh() === false
    this.#writtenAt = this.#clock.monotonic()
  }

  onFirstByte(): void {
    this.#firstByteMs ??= this.#clock.monotonic() - (this.#writtenAt ?? this.#startedAt)
  }

  onResponse(response: ResponseReader): void {
    if (this.#isReused) this.#connections.answeredAgain()
    this.#finish(this.#outcome(ANSWERED, response))
  }

  onFailure(failure: Failure | Unsent, partial?: ResponseReader): void {
    if (failure.kind === 'connection_reset' && this.#isReused && this.#firstByteMs === null) {
      this.#connections.closedAfter((this.#writtenAt ?? 0) - this.#idleSince)
    }
    if (failure.kind !== 'unsent') this.#finish(this.#outcome(failure, partial))
    else if (this.#writtenAt === undefined) this.#tryLater(failure)
    else this.#finish(this.#outcome({ kind: 'connection_failed', error: failure.error }, partial))
  }

  /** It is no attempt yet: the request takes another connection. */
  onUnwritten(): void {
    this.#connections.closedAfter(this.#clock.monotonic() - this.#idleSince)
    this.#acquireAnother()
  }

  get #idleSince(): number {
    return this.#connection?.idleSince ?? 0
  }

  #isTooLate(now: number): boolean {
    return this.#startedAt + this.#timeoutMs - now < this.#timeoutMs * LEFT_AT_LEAST
  }

  /** What this machine lacks may be there again before the deadline. */
  #tryLater(failure: Unsent): void {
    this.#fault = failure
    this.#cancelRetry = this.#clock.schedule(() => this.#acquireAnother(), this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
  }

  #acquireAnother(): void {
    const connection = this.#connection
    this.#connection = undefined
    this.#fault = undefined
    if (connection !== undefined) this.#connections.release(connection, false)
    this.#waitsFor = this.#connections.acquire(this)
  }

  #expire(): void {
    const partial = this.#connection?.partial
    const late = this.#lateness(partial)
    this.#finish(late.kind === 'unsent' ? late : this.#outcome(late, partial))
  }

  #lateness(partial: ResponseReader | undefined): Failure | Unsent {
    if (partial !== undefined) return NO_END_IN_TIME
    if (this.#writtenAt !== undefined) return NO_RESPONSE_IN_TIME
    if (this.#fault !== undefined) return this.#fault
    const now = this.#clock.monotonic()
    const usedAt = this.#usedAt ?? now
    if (usedAt - this.#startedAt <= now - usedAt) return CONNECT_TOO_SLOW
    return this.#waitsFor === 'connection' ? NO_CONNECTION_IN_TIME : NO_SOCKET
  }

  #finish(end: SendEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelDeadline()
    this.#cancelRetry?.()
    this.#resolve(end)
    if (this.#connection === undefined) this.#connections.leave(this)
    else this.#connections.release(this.#connection, end.kind === 'answered' && this.#connection.isReusable)
  }

  /**
   * Member by member, not by spreads: it is made for every request (docs/performance.md).
   * @param response what is kept of it, be it whole or not
   */
  #outcome({ kind, error }: Pick<Outcome, 'kind' | 'error'>, response?: ResponseReader): Outcome {
    const facts = this.#connection?.facts
    const fresh = this.#isReused ? undefined : facts
    return {
      kind,
      responseStatus: response?.head.status ?? null,
      responseHeaders: response?.head.headers ?? null,
      responseBody: response === undefined ? null : bodyText(response),
      durationMs: rounded(this.#clock.monotonic() - this.#startedAt),
      timings: {
        dns: rounded(fresh?.dns ?? null),
        connect: rounded(fresh?.connect ?? null),
        tls: rounded(fresh?.tls ?? null),
        firstByte: rounded(this.#firstByteMs),
      },
      remoteAddress: facts?.remoteAddress ?? null,
      error,
    }
  }
}

function bodyText(response: ResponseReader): string {
  const bytes = response.body()
  return bytes.length === 0 ? '' : responseText(bytes, response.isCut)
}

/** To a hundredth of a millisecond: what is finer is noise, and would be stored with fifteen digits. */
function rounded<T extends number | null>(ms: T): T {
  // The cast keeps null apart from number: rounding a number gives a number.
  return (ms === null ? null : Math.round(ms * 100) / 100) as T
}
