// Owns the answer to publish requests that come in while too many wait: 429, before anything of ours has looked at them.
// Must never read a body, a key or the store: a refusal has to cost far less than what it refuses (docs/decisions/0018).
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import { ROUTES } from '@timbre/contract/routes.ts'
import type { EngineApi } from '../engine/engine.ts'
import type { Clock } from '../platform/clock.ts'
import type { Random } from '../platform/random.ts'
import { preferredLanguage } from './language.ts'
import { problemOf } from './problem.ts'
import { requestId } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

export interface TurnAwayDependencies {
  readonly engine: Pick<EngineApi, 'admit'>
  readonly clock: Clock
  readonly random: Random
}

/** The longest body of each path that events are published at. */
const BODY_BYTES_MAX: ReadonlyMap<string, number> = new Map(
  [ROUTES.publishEvent, ROUTES.publishEventBatch].map(({ path, bodyBytesMax }) => [path, bodyBytesMax]),
)

/** Answers a publish request when it cannot be let in now. False: it is to be served, as is every other request. */
export function turnAway(deps: TurnAwayDependencies, request: IncomingMessage, response: ServerResponse): boolean {
  const limit = request.method === 'POST' ? BODY_BYTES_MAX.get(request.url ?? '') : undefined
  if (limit === undefined) return false
  // A body that is longer than allowed, or of unknown length, is read up to the limit.
  const admittance = deps.engine.admit(Math.min(Number(request.headers['content-length'] ?? limit), limit))
  if ('leave' in admittance) {
    // Unlike the end of the answer, this comes also when the client breaks off.
    response.once('close', admittance.leave)
    return false
  }
  const { headers, body } = refusal(admittance.retryAfterSeconds, request.headers['accept-language'])
  response.writeHead(429, { ...headers, 'x-request-id': requestId(request, deps) }).end(body)
  return true
}

function refusal(retryAfterSeconds: number, acceptLanguage: string | undefined): Answer {
  const key = `${preferredLanguage(acceptLanguage)} ${retryAfterSeconds}`
  const made = ANSWERS.get(key) ?? makeRefusal(retryAfterSeconds, acceptLanguage)
  ANSWERS.set(key, made)
  return made
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Two languages and at most 30 different waits. */
const ANSWERS = new Map<string, Answer>()

function makeRefusal(retryAfterSeconds: number, acceptLanguage: string | undefined): Answer {
  const refused = new Refusal('TOO_MANY_REQUESTS', { retryAfterSeconds })
  const problem = problemOf(refused, { acceptLanguage, bodyBytesMax: 0 })
  const body = JSON.stringify(problem.body)
  const type = { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) }
  return { headers: { ...SECURITY_HEADERS, ...problem.headers, ...type }, body }
}
