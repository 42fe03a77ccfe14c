// Owns what createClient takes, its defaults, and the check of each part.
// Must never repeat an API key in an error.
import { checkedNumber } from './checked-number.ts'
import type { Retry } from './retry.ts'

/** The part of `fetch` that the client uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Throws for a text that is no JSON. */
export type ParseJson = (text: string) => unknown

export interface ClientOptions {
  /** Where the service is, with or without `/v1` and a slash at the end: `https://api-prod.studio.getsupervisor.ai/v1`. */
  readonly baseUrl: string
  /** The workspace that calls are about. May be left out for calls at instance level (`client.workspaces`). */
  readonly workspaceId?: string
  /** May be left out in a browser that has a session, or is going to get one (`client.session.create`). */
  readonly apiKey?: string
  /** In place of the key: calls go with the cookie of a browser's session, to the page's own origin. */
  readonly session?: ClientSession
  /** Default: 2 retries, 300 ms before the first. */
  readonly retry?: Partial<Retry>
  /** For each try, until the whole response is there. Default 30 000. */
  readonly timeoutMs?: number
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch
  /** Instead of `JSON.parse` for what the service answers: one that keeps integers beyond 2^53 exactly, for instance. */
  readonly parseJson?: ParseJson
}

export interface ClientSession {
  /** As `client.session.get()` says it. Absent until then: only reading is possible. */
  readonly csrfToken?: string
}

export interface ClientSettings {
  /** Ends in `/v1`. */
  readonly root: string
  readonly workspaceId: string | undefined
  /** undefined: calls go with the session of the browser. */
  readonly apiKey: string | undefined
  readonly csrfToken: string | undefined
  readonly retry: Retry
  readonly timeoutMs: number
  readonly fetch: Fetch
  readonly parseJson: ParseJson
}

const TIMEOUT_MS_DEFAULT = 30_000
const TIMEOUT_MS_MAX = 2 ** 31 - 1 // a timer's limit; above it, it would go off at once

/** The options, checked and completed. Throws a `TypeError` that names the wrong one. */
export function clientSettings(options: ClientOptions): ClientSettings {
  const retry = options.retry ?? {}
  return {
    root: apiRoot(options.baseUrl),
    workspaceId: options.workspaceId === undefined ? undefined : checkedWorkspaceId(options.workspaceId),
    ...credentials(options),
    retry: {
      maxRetries: checkedNumber('retry.maxRetries', retry.maxRetries, { default: 2, min: 0, max: 100 }),
      baseDelayMs: checkedNumber('retry.baseDelayMs', retry.baseDelayMs, { default: 300, min: 0, max: TIMEOUT_MS_MAX }),
    },
    timeoutMs: checkedTimeoutMs(options.timeoutMs, TIMEOUT_MS_DEFAULT),
    // Looked up at each call, so that what replaces the global fetch later (instrumentation, tests) is used.
    fetch: checkedFunction('fetch', options.fetch) ?? ((url, init) => globalThis.fetch(url, init)),
    parseJson: checkedFunction('parseJson', options.parseJson) ?? ((text) => JSON.parse(text)),
  }
}

/** A key or a session, and not both: one of them would be ignored. */
function credentials({ apiKey, session }: ClientOptions): Pick<ClientSettings, 'apiKey' | 'csrfToken'> {
  if (session === undefined) return { apiKey: checkedApiKey(apiKey), csrfToken: undefined }
  if (apiKey !== undefined) throw new TypeError('apiKey and session are both given. Give one of them.')
  return { apiKey: undefined, csrfToken: checkedCsrfToken(session.csrfToken) }
}

/** The token that writes of a session carry, when it can be sent as a header. */
export function checkedCsrfToken(csrfToken: string | undefined): string | undefined {
  if (csrfToken === undefined || isHeaderValue(csrfToken)) return csrfToken
  throw new TypeError('session.csrfToken is empty, or has characters that no token has.')
}

/** The key, when it can be sent as a header. `fetch` itself would repeat a wrong one in its error. */
export function checkedApiKey(apiKey: string | undefined): string {
  if (isHeaderValue(apiKey)) return apiKey
  throw new TypeError('apiKey is missing, or has spaces, line breaks or other characters that no key has.')
}

/** The id, when it can be sent as a header. */
export function checkedWorkspaceId(workspaceId: string): string {
  if (isHeaderValue(workspaceId)) return workspaceId
  throw new TypeError('workspaceId is empty, or has characters that no id has. Pass the id of your workspace.')
}

/** The time limit of a try, in milliseconds. */
export function checkedTimeoutMs(timeoutMs: number | undefined, otherwise: number): number {
  return checkedNumber('timeoutMs', timeoutMs, { default: otherwise, min: 1, max: TIMEOUT_MS_MAX })
}

function checkedFunction<F extends Fetch | ParseJson>(name: string, given: F | undefined): F | undefined {
  if (given === undefined || typeof given === 'function') return given
  throw new TypeError(`${name} must be a function.`)
}

function apiRoot(baseUrl: string): string {
  const url = parsedUrl(baseUrl)
  if (url === undefined || !/^https?:$/.test(url.protocol) || `${url.username}${url.password}${url.search}` !== '') {
    throw new TypeError('baseUrl must be an http(s) address without credentials and query, such as https://host/v1.')
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
  return `${url.origin}${path}/v1`
}

function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** Visible ASCII. At runtime it may be no string at all: `process.env.API_KEY!` is often undefined. */
function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
