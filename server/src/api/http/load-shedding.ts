// Owns the response to publish requests that come in while too many wait: 429, before anything of ours has looked at them.
// Must never read a body, a key or the store: a refusal has to cost far less than what it refuses (docs/decisions/0018).
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import type { EngineApi } from '../../engine/engine.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import { preferredLanguage } from './language.ts'
import { problemOf } from './problem.ts'
import { namedWorkspace, requestId } from './request-head.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { closesAfter } from './unread-body.ts'

export interface LoadSheddingDependencies {
  readonly engine: Pick<EngineApi, 'admit'>
  readonly clock: Clock
  readonly random: Random
}

/** The paths that events are published at. */
const PATHS: ReadonlySet<string | undefined> = new Set([ROUTES.publishEvent.path, ROUTES.publishEventBatch.path])

/** Answers a publish request when it cannot be admitted now. False: it is to be served, as is every other request. */
export function shedLoad(deps: LoadSheddingDependencies, request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'POST' || !PATHS.has(request.url)) return false
  const refused = deps.engine.admit(namedWorkspace(request.headers))
  if (refused === undefined) return false
  const { headers, body } = refusal(refused.retryAfterSeconds, request.headers['accept-language'])
  const closing = closesAfter(request, 429) ? { connection: 'close' } : {}
  response.writeHead(429, { ...headers, ...closing, 'x-request-id': requestId(request, deps) }).end(body)
  return true
}

function refusal(retryAfterSeconds: number, acceptLanguage: string | undefined): PreparedResponse {
  const key = `${preferredLanguage(acceptLanguage)} ${retryAfterSeconds}`
  const made = RESPONSES.get(key) ?? makeRefusal(retryAfterSeconds, acceptLanguage)
  RESPONSES.set(key, made)
  return made
}

interface PreparedResponse {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Two languages and at most 30 different waits. */
const RESPONSES = new Map<string, PreparedResponse>()

function makeRefusal(retryAfterSeconds: number, acceptLanguage: string | undefined): PreparedResponse {
  const refused = new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds })
  const problem = problemOf(refused, { acceptLanguage, bodyBytesMax: 0 })
  const body = JSON.stringify(problem.body)
  const type = { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) }
  return { headers: { ...SECURITY_HEADERS, ...problem.headers, ...type }, body }
}
