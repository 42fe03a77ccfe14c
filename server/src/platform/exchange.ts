// Owns one request and its answer: the deadline, the phases, the cut after 16 KiB. Becomes exactly one outcome.
// Must never send a second time, whatever happens to the connection (the engine's schedule retries, and records it).
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import type { Dispatcher } from 'undici'
import type { Cancel, Clock } from './clock.ts'
import type { Connection } from './connection.ts'
import {
  CONNECT_TOO_SLOW,
  type Failure,
  failureOf,
  NO_ANSWER_IN_TIME,
  NO_CONNECTION_IN_TIME,
  NOT_HTTP,
} from './failure.ts'
import type { ConnectionUser, OriginConnections } from './origin-connections.ts'
import { responseHeaders, responseText } from './response-text.ts'
import type { Outcome } from './transport.ts'

export interface ExchangeOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly connections: OriginConnections
  readonly request: Dispatcher.DispatchOptions
  readonly resolve: (outcome: Outcome) => void
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

const NOTHING = Buffer.alloc(0)
// RFC 9110 §15.2 sets no bound; without one a peer could keep us parsing until the deadline.
const INTERIM_ANSWERS_MAX = 16

export class Exchange implements ConnectionUser, Dispatcher.DispatchHandler {
  readonly #clock: Clock
  readonly #connections: OriginConnections
  readonly #request: Dispatcher.DispatchOptions
  readonly #resolve: (outcome: Outcome) => void
  readonly #startedAt: number
  readonly #cancelDeadline: Cancel
  #connection: Connection | undefined
  #usedAt: number | undefined
  #isReused = false
  #writtenAt: number | undefined
  #firstByteMs: number | null = null
  #interimCount = 0
  #status = 0
  #headers: Headers = {}
  #body: Buffer = NOTHING
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
    connection.dispatch(this.#request, this)
  }

  onRequestStart(): void {
    this.#isReused = this.#connection?.takeFresh() === false
    this.#writtenAt = this.#clock.monotonic()
  }

  onResponseStarted(): void {
    // Also called for an interim answer (1xx): the first byte is the first byte.
    this.#firstByteMs ??= this.#clock.monotonic() - (this.#writtenAt ?? this.#startedAt)
  }

  onResponseStart(_controller: unknown, status: number, headers: Headers): void {
    if (status < 200) {
      if (++this.#interimCount > INTERIM_ANSWERS_MAX) this.#fail(NOT_HTTP)
      return
    }
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#isOver) return
    this.#body = this.#body.length === 0 ? chunk : Buffer.concat([this.#body, chunk])
    if (this.#body.length > RESPONSE_BODY_BYTES_MAX) this.#answered(true)
  }

  onResponseEnd(): void {
    this.#answered(false)
  }

  onResponseError(_controller: unknown, error: Error): void {
    const failure = failureOf(error)
    if (failure.kind === 'connection_reset' && this.#isReused && this.#firstByteMs === null) {
      const idleSince = this.#connection?.idleSince ?? 0
      this.#connections.learnIdleLimit((this.#writtenAt ?? 0) - idleSince)
    }
    this.#fail(failure)
  }

  #answered(isCut: boolean): void {
    const bytes = isCut ? this.#body.subarray(0, RESPONSE_BODY_BYTES_MAX) : this.#body
    this.#finish(
      {
        kind: 'answered',
        responseStatus: this.#status,
        responseHeaders: responseHeaders(this.#headers),
        responseBody: bytes.length === 0 ? '' : responseText(bytes, isCut),
        error: null,
      },
      !isCut,
    )
  }

  #fail({ kind, error }: Failure): void {
    this.#finish({ kind, responseStatus: null, responseHeaders: null, responseBody: null, error }, false)
  }

  #lateness(): Failure {
    if (this.#writtenAt !== undefined) return NO_ANSWER_IN_TIME
    const now = this.#clock.monotonic()
    const usedAt = this.#usedAt ?? now
    return usedAt - this.#startedAt > now - usedAt ? NO_CONNECTION_IN_TIME : CONNECT_TOO_SLOW
  }

  #finish(answer: Omit<Outcome, 'durationMs' | 'timings' | 'remoteAddress'>, isClean: boolean): void {
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
    else this.#connections.release(this.#connection, isClean)
  }
}

/** To a hundredth of a millisecond: what is finer is noise, and would be stored with fifteen digits. */
function rounded<T extends number | null>(ms: T): T {
  // The cast keeps null apart from number: rounding a number gives a number.
  return (ms === null ? null : Math.round(ms * 100) / 100) as T
}
