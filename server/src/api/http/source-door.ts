// Owns where providers post to: `POST /sources/{token}`, past the framework, because what is signed are the bytes as they came.
// Must never read a body for a token that is not known, nor have a token in the log.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type ErrorCode, Refusal } from '@timbre/contract/errors.ts'
import type { SourceRequest } from '@timbre/contract/providers/source-request.ts'
import { REFUSED_REQUESTS_MAX, type RefusalCause } from '@timbre/contract/source.ts'
import { PROVIDERS } from '../../sources/providers.ts'
import { readSetup } from '../../sources/source-setup.ts'
import type { SourceRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import type { Caller } from '../auth/caller.ts'
import type { FrontDoor } from './front-door.ts'
import { loggedProblem, type ProblemLog } from './problem-log.ts'
import { requestId } from './request-head.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { shownHeaders } from './shown-headers.ts'
import { closesAfter } from './unread-body.ts'

export interface SourceDoorDependencies {
  readonly api: Api
  readonly door: Pick<FrontDoor, 'addresses' | 'connections' | 'limits' | 'strangers' | 'bodies'>
  readonly problems: ProblemLog
}

const PREFIX = '/sources/'
const SHOWN_PATH = '/sources/…'
const KEPT_BODY_LENGTH_MAX = 2048
/** Refused requests are kept at this pace, and counted beyond it. */
const KEEP_EVERY_MS = 1000
const SOURCES_MAX = 10_000

/** What the response is; a provider sends again what was not its fault. */
const CODES: Readonly<Partial<Record<RefusalCause, ErrorCode>>> = {
  needs_answer: 'MESSAGE_NEEDS_ANSWER',
  not_readable: 'INVALID_JSON',
}

export class SourceDoor {
  readonly #dependencies: SourceDoorDependencies
  /** By source: when one was kept last, and how many were not since then. */
  readonly #kept = new Map<string, { at: number; unkept: number }>()

  constructor(dependencies: SourceDoorDependencies) {
    this.#dependencies = dependencies
  }

  /** False: the request is to be served by the framework. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'POST' || request.url?.startsWith(PREFIX) !== true) return false
    void this.#serve(request, response)
    return true
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, problems } = this.#dependencies
    const id = requestId(request, api)
    try {
      await this.#answer(request, response)
      this.#send(response, 200, { 'x-request-id': id }, '')
    } catch (error) {
      const { method, headers } = request
      // Its limit is said by what it threw.
      const problem = loggedProblem(problems, error, { method, url: SHOWN_PATH, headers }, { id, bodyBytesMax: 0 })
      const closing = closesAfter(request, problem.status) ? { connection: 'close' } : {}
      const type = { 'content-type': 'application/json; charset=utf-8' }
      const all = { ...problem.headers, ...closing, ...type, 'x-request-id': id }
      this.#send(response, problem.status, all, JSON.stringify(problem.body))
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api, door } = this.#dependencies
    const status = api.readiness.state
    if (status !== 'ok') throw new Refusal('NOT_READY', { status })
    const source = await this.#find(request)
    this.#count(source)
    const nothing = { isAdmin: false, scopes: new Set<never>(), capabilities: null }
    const caller: Caller = { ...nothing, actor: source.id, workspaceId: source.workspaceId }
    const { bytes, done } = await this.#read(request, response, caller, source)
    try {
      const asked = sourceRequest(request, source, bytes, api.allowHttpLoopback)
      const taken = await api.intake.take(source, asked)
      if (taken.kind !== 'refused') return door.connections.prove(request.socket)
      await this.#keep(source, request, bytes, taken)
      await door.strangers.pace(door.addresses.of(request))
      const { cause } = taken
      throw new Refusal(CODES[cause] ?? 'SIGNATURE_REFUSED', reasonOf(cause, source))
    } finally {
      done()
    }
  }

  /** A token that nobody has counts as a credential that failed. */
  async #find(request: IncomingMessage): Promise<SourceRow> {
    const { api, door } = this.#dependencies
    const token = request.url?.slice(PREFIX.length).split('?', 1)[0] ?? ''
    const source = await api.sourceBook.find(token)
    if (source !== undefined) return source
    const address = door.addresses.of(request)
    const isOver = door.strangers.failed(address)
    await door.strangers.pace(address)
    if (isOver) throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: door.strangers.retryAfterSeconds(address) })
    throw new Refusal('SOURCE_NOT_FOUND', { id: 'of this URL' })
  }

  /** Each source has the limit that a workspace has for publishing. */
  #count({ id }: SourceRow): void {
    const { api, door } = this.#dependencies
    const taken = door.limits.take(`source ${id}`, 'publish')
    if (taken?.retryAfterSeconds === undefined) return
    api.metrics.rateLimited('source')
    throw new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds: taken.retryAfterSeconds })
  }

  async #read(request: IncomingMessage, response: ServerResponse, caller: Caller, source: SourceRow) {
    const { bodyBytesMax } = PROVIDERS[source.kind]
    try {
      return await this.#dependencies.door.bodies.read(request, response, caller, bodyBytesMax)
    } catch (error) {
      if (error instanceof Refusal && error.code === 'BODY_TOO_LARGE') {
        const detail = `${request.headers['content-length'] ?? 'more'} bytes, of ${bodyBytesMax}`
        await this.#keep(source, request, new Uint8Array(), { cause: 'too_large', detail })
      }
      throw error
    }
  }

  async #keep(
    { workspaceId, id: sourceId }: SourceRow,
    request: IncomingMessage,
    bytes: Uint8Array,
    { cause, detail }: { readonly cause: RefusalCause; readonly detail: string | null },
  ): Promise<void> {
    const { api, door } = this.#dependencies
    const monotonic = api.clock.monotonic()
    const last = this.#kept.get(sourceId)
    if (last !== undefined && monotonic - last.at < KEEP_EVERY_MS) {
      last.unkept++
      return
    }
    if (this.#kept.size >= SOURCES_MAX) this.#kept.clear()
    this.#kept.set(sourceId, { at: monotonic, unkept: 0 })
    const now = api.clock.now()
    const row = {
      workspaceId,
      sourceId,
      id: api.random.uuid(now),
      receivedAt: now,
      cause,
      detail: detail?.slice(0, 2048) ?? null,
      remoteAddress: door.addresses.of(request),
      headers: JSON.stringify(shownHeaders(request.headers)),
      body: Buffer.from(bytes.subarray(0, KEPT_BODY_LENGTH_MAX)).toString('utf8').replaceAll('\0', '\uFFFD'),
      unkept: last?.unkept ?? 0,
    }
    await api.storage.addRefusedRequest(row, REFUSED_REQUESTS_MAX)
  }

  #send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, text: string): void {
    const closing = this.#dependencies.api.readiness.state === 'stopping' ? { connection: 'close' } : {}
    const length = { 'content-length': String(Buffer.byteLength(text)) }
    response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...closing, ...length }).end(text)
  }
}

function reasonOf(cause: RefusalCause, { id }: SourceRow): Record<string, unknown> {
  return { reason: CODES[cause] === 'INVALID_JSON' ? 'unreadable' : cause, cause, sourceId: id }
}

/** With the URL that the provider called, as far as that can be known. */
function sourceRequest(
  request: IncomingMessage,
  source: SourceRow,
  body: Uint8Array,
  allowHttpLoopback: boolean,
): SourceRequest {
  const { headers, url = '', method = 'POST' } = request
  const { publicUrl } = readSetup(source.setup)
  const host = headers.host ?? ''
  const isLoopback = allowHttpLoopback && /^(127\.|localhost|\[::1\])/.test(host)
  const origin = publicUrl?.replace(/\/$/, '') ?? `${isLoopback ? 'http' : 'https'}://${host}`
  return { method, url: origin + url, headers: flatHeaders(headers), body }
}

function flatHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  )
}
