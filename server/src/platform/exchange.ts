// Owns one request and its answer: the deadline, the phases, the cut after 16 KiB. Becomes exactly one outcome.
// Must never send a second time, whatever happens to the connection (the engine's schedule retries, and records it).
import type { AnswerReader } from './answer-reader.ts'
import type { Cancel, Clock } from './clock.ts'
import type { AnswerUser, Connection } from './connection.ts'
import { CONNECT_TOO_SLOW, type Failure, NO_ANSWER_IN_TIME, NO_CONNECTION_IN_TIME } from './failure.ts'
import type { ConnectionUser, OriginConnections } from './origin-connections.ts'
import { responseText } from './response-text.ts'
import type { Outcome } from './transport.ts'

export interface ExchangeOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly connections: OriginConnections
  /** All of it, as it is written. */
  readonly request: Uint8Array
  readonly resolve: (outcome: Outcome) => void
}

export class Exchange implements ConnectionUser, AnswerUser {
  readonly #clock: Clock
  readonly #connections: OriginConnections
  readonly #request: Uint8Array
  readonly #resolve: (outcome: Outcome) => void
  readonly #startedAt: number
  readonly #cancelDeadline: Cancel
  #connection: Connection | undefined
  #usedAt: number | undefined
  #isReused = false
  #writtenAt: number | undefined
  #firstByteMs: number | null = null
  #isOver = false

  constructor(options: ExchangeOptions) {
    this.#clock = options.clock
    this.#connections = options.connections
    this.#request = options.request
    this.#resolve = options.resolve
    this.#startedAt = options.clock.monotonic()
    this.#cancelDeadline = options.clock.schedule(() => this.#fail(this.#lateness()), options.timeoutMs)
    options.connections.acquire(this)
  }

  use(connection: Connection): void {
    this.#connection = connection
    this.#usedAt = this.#clock.monotonic()
    connection.send(this.#request, this)
  }

  onWritten(): void {
    this.#isReused = this.#connection?.takeFresh() === false
    this.#writtenAt = this.#clock.monotonic()
  }

  onFirstByte(): void {
    this.#firstByteMs ??= this.#clock.monotonic() - (this.#writtenAt ?? this.#startedAt)
  }

  onAnswer(answer: AnswerReader): void {
    const bytes = answer.body()
    this.#finish({
      kind: 'answered',
      responseStatus: answer.head.status,
      responseHeaders: answer.head.headers,
      responseBody: bytes.length === 0 ? '' : responseText(bytes, answer.isCut),
      error: null,
    })
  }

  onFailure(failure: Failure): void {
    if (failure.kind === 'connection_reset' && this.#isReused && this.#firstByteMs === null) {
      const idleSince = this.#connection?.idleSince ?? 0
      this.#connections.learnIdleLimit((this.#writtenAt ?? 0) - idleSince)
    }
    this.#fail(failure)
  }

  #fail({ kind, error }: Failure): void {
    this.#finish({ kind, responseStatus: null, responseHeaders: null, responseBody: null, error })
  }

  #lateness(): Failure {
    if (this.#writtenAt !== undefined) return NO_ANSWER_IN_TIME
    const now = this.#clock.monotonic()
    const usedAt = this.#usedAt ?? now
    return usedAt - this.#startedAt > now - usedAt ? NO_CONNECTION_IN_TIME : CONNECT_TOO_SLOW
  }

  #finish(answer: Omit<Outcome, 'durationMs' | 'timings' | 'remoteAddress'>): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelDeadline()
    const facts = this.#connection?.facts
    const fresh = this.#isReused ? undefined : facts
    this.#resolve({
      ...answer,
      durationMs: rounded(this.#clock.monotonic() - this.#startedAt),
      timings: {
        dns: rounded(fresh?.dns ?? null),
        connect: rounded(fresh?.connect ?? null),
        tls: rounded(fresh?.tls ?? null),
        firstByte: rounded(this.#firstByteMs),
      },
      remoteAddress: facts?.remoteAddress ?? null,
    })
    if (this.#connection === undefined) this.#connections.leave(this)
    else this.#connections.release(this.#connection, answer.kind === 'answered' && this.#connection.isReusable)
  }
}

/** To a hundredth of a millisecond: what is finer is noise, and would be stored with fifteen digits. */
function rounded<T extends number | null>(ms: T): T {
  // The cast keeps null apart from number: rounding a number gives a number.
  return (ms === null ? null : Math.round(ms * 100) / 100) as T
}
