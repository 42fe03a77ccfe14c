// Owns the way of a call: headers, tries, time limit, JSON, errors.
// Must never show the API key, nor send it where a redirect points.

import {
  type ClientSettings,
  checkedApiKey,
  checkedTimeoutMs,
  checkedWorkspaceId,
  type ParseJson,
} from './client-options.ts'
import { Deadline } from './deadline.ts'
import { ApiError, ConnectionError, TimeoutError } from './errors.ts'
import type { RequestOptions } from './request-options.ts'
import { responseError } from './response-error.ts'
import { type Retry, retryDelayMs } from './retry.ts'
import { newUuid, random, sleep } from './runtime.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/v1`, ids encoded. */
  readonly path: string
  readonly query?: object
  readonly body?: unknown
}

interface Try {
  readonly url: string
  readonly init: RequestInit
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** What all resources call through. Credentials are private fields: neither inspect nor JSON shows them. */
export class Http {
  readonly #settings: ClientSettings
  #apiKey: string | undefined
  #csrfToken: string | undefined
  #workspaceId: string | undefined

  constructor(settings: ClientSettings) {
    this.#settings = settings
    this.#apiKey = settings.apiKey
    this.#csrfToken = settings.csrfToken
    this.#workspaceId = settings.workspaceId
  }

  setApiKey(apiKey: string): void {
    this.#apiKey = checkedApiKey(apiKey)
  }

  /** From now on calls go with the session of the browser. */
  setSession({ csrfToken }: { readonly csrfToken: string }): void {
    this.#apiKey = undefined
    this.#csrfToken = csrfToken
  }

  setWorkspace(workspaceId: string): void {
    this.#workspaceId = checkedWorkspaceId(workspaceId)
  }

  /**
   * Makes the call, again where that helps (429, 5xx, no response), and gives the response's JSON (`undefined` for a 204).
   * A POST carries an Idempotency-Key that stays the same over its tries, so that it happens once.
   * Throws an `ApiError`, or the reason of `options.signal` once that is aborted.
   */
  async request<T>(call: Call, options: RequestOptions = {}): Promise<T> {
    const attempt = this.#attempt(call, options)
    for (let tries = 1; ; tries++) {
      try {
        // The service answers with the type that the contract gives this route; the types are generated from it.
        return (await this.#send(attempt)) as T
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        const delayMs = retryDelayMs(error, tries, this.#settings.retry, random())
        if (delayMs === undefined) throw error
        await sleep(delayMs, attempt.signal)
      }
    }
  }

  /** What a frame of a stream holds. */
  parse(text: string): unknown {
    return this.#settings.parseJson(text)
  }

  /** How calls are tried again. */
  get retry(): Retry {
    return this.#settings.retry
  }

  /**
   * Opens server-sent events, in one try. The time limit is for the response to begin; the signal ends it, whenever.
   * @param lastEventId behind which it goes on
   */
  async openStream(
    path: string,
    query: object,
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const { url, init, timeoutMs } = this.#attempt({ method: 'GET', path, query }, {})
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/event-stream')
    if (lastEventId !== undefined) headers.set('last-event-id', lastEventId)
    const deadline = new Deadline(timeoutMs, signal)
    try {
      const response = await this.#settings.fetch(url, { ...init, headers, signal: deadline.signal })
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
      if (!response.ok || !isStream || response.body === null) throw responseError(response, await response.text())
      // From here on the signal alone ends it.
      deadline.stopWaiting()
      return response.body
    } catch (error) {
      deadline.clear()
      if (error instanceof ApiError) throw error
      throw deadline.hasPassed ? timedOut(url, timeoutMs) : notConnected(url, error)
    }
  }

  /** What a stream that ended in the middle throws. */
  brokenOff(cause: unknown): ConnectionError {
    return notConnected(this.#settings.root, cause)
  }

  #attempt(call: Call, options: RequestOptions): Try {
    const headers = new Headers({ accept: 'application/json' })
    if (this.#apiKey !== undefined) headers.set('x-api-key', this.#apiKey)
    else if (this.#csrfToken !== undefined && call.method !== 'GET') headers.set('x-csrf-token', this.#csrfToken)
    if (this.#workspaceId !== undefined) headers.set('x-workspace-id', this.#workspaceId)
    if (call.body !== undefined) headers.set('content-type', 'application/json')
    if (call.method === 'POST') headers.set('idempotency-key', options.idempotencyKey ?? newUuid())
    const body = call.body === undefined ? {} : { body: jsonText(call.body) }
    return {
      url: `${this.#settings.root}${call.path}${queryString(call.query)}`,
      // A followed redirect would carry X-API-Key to wherever it points.
      init: { method: call.method, headers, redirect: 'manual', ...this.#cookies(), ...body },
      timeoutMs: checkedTimeoutMs(options.timeoutMs, this.#settings.timeoutMs),
      signal: options.signal,
    }
  }

  /** With a key no cookie goes along. Some runtimes without cookies refuse the option: there it is left out. */
  #cookies(): Pick<RequestInit, 'credentials'> {
    return this.#apiKey === undefined ? { credentials: 'same-origin' } : {}
  }

  async #send({ url, init, timeoutMs, signal }: Try): Promise<unknown> {
    const deadline = new Deadline(timeoutMs, signal)
    try {
      const response = await this.#settings.fetch(url, { ...init, signal: deadline.signal })
      return answer(response, await response.text(), this.#settings.parseJson)
    } catch (error) {
      if (error instanceof ApiError) throw error
      if (signal?.aborted) throw signal.reason
      throw deadline.hasPassed ? timedOut(url, timeoutMs) : notConnected(url, error)
    } finally {
      deadline.clear()
    }
  }
}

/**
 * A body as JSON. There NaN and Infinity would become null, and a limit that is null is no limit
 * (`rateLimitPerSecond: Number(process.env.RATE)`). What is inside an event's `data` is its publisher's.
 */
function jsonText(body: unknown): string {
  for (const [name, value] of Object.entries(body ?? {})) {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new TypeError(`${name} is ${value}, which is no number.`)
  }
  return JSON.stringify(body)
}

function answer(response: Response, text: string, parseJson: ParseJson): unknown {
  if (!response.ok) throw responseError(response, text)
  if (response.status === 204) return undefined
  try {
    return parseJson(text)
  } catch {
    throw responseError(response, text)
  }
}

function timedOut(url: string, timeoutMs: number): TimeoutError {
  const message = `${new URL(url).host} did not answer within ${timeoutMs} ms.`
  return new TimeoutError({ code: 'TIMED_OUT', status: 0, message })
}

function notConnected(url: string, cause: unknown): ConnectionError {
  const message = `${new URL(url).host} could not be reached, or broke off: ${reason(cause)}.`
  return new ConnectionError({ code: 'CONNECTION_FAILED', status: 0, message, cause })
}

/** `fetch` says "fetch failed" and hides what happened in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

function queryString(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}
