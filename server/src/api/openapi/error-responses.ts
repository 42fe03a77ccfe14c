// Owns the answers of errors as components: one for each status and set of codes, with an example of each code.
import { ERRORS, type ErrorCode, errorMessage } from '@timbre/contract/errors.ts'
import type { Route, RouteName } from '@timbre/contract/routes.ts'
import { errorCodesOf } from './route-errors.ts'

type Json = Readonly<Record<string, unknown>>

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
}

const UUID = '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d'
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 }, example: 1 },
}

/** What stands in the braces of the messages, in examples. */
const FILLED: Json = {
  id: UUID,
  key: 'order.paid',
  eventKey: 'call.completed',
  scope: 'webhooks:write',
  limit: 100,
  limitBytes: 262144,
  count: 2,
  until: '2025-08-20T16:00:00.000Z',
  reason: 'it is not what was expected',
  name: 'Authorization',
  method: 'GET',
  path: '/v1/webhooks/..',
  allowed: 'POST, GET, HEAD',
  retryAfterSeconds: 1,
  deliveries: 12000,
  eventsAtOnce: 833,
  summary: '/url is missing',
  hint: '',
}
const ISSUES = [{ path: '/url', message: 'is missing' }]

export class ErrorResponses {
  readonly #components = new Map<string, Json>()

  /** The answers of a route, by status. */
  of(name: RouteName, route: Route): Json {
    const byStatus = Map.groupBy(errorCodesOf(name, route), (code) => ERRORS[code].status)
    const statuses = [...byStatus].toSorted(([a], [b]) => a - b)
    return Object.fromEntries(statuses.map(([status, codes]) => [status, this.#reference(name, status, codes)]))
  }

  get components(): Json {
    return Object.fromEntries(this.#components)
  }

  /** The first set of codes of a status has its name alone, and others that of their first route. */
  #reference(name: RouteName, status: number, codes: readonly ErrorCode[]): Json {
    const response = responseOf(status, codes)
    const text = JSON.stringify(response)
    const known = [...this.#components].find(([, one]) => JSON.stringify(one) === text)
    const reason = REASONS[status] ?? `Status${status}`
    const own = this.#components.has(reason) ? `${reason}Of${name.charAt(0).toUpperCase()}${name.slice(1)}` : reason
    const component = known?.[0] ?? own
    this.#components.set(component, response)
    return { $ref: `#/components/responses/${component}` }
  }
}

function responseOf(status: number, codes: readonly ErrorCode[]): Json {
  const examples = Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]))
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
  }
}

function exampleOf(code: ErrorCode): Json {
  const names = [...ERRORS[code].en.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const { summary, hint: _, ...details } = Object.fromEntries(names.map((name) => [name, FILLED[name]]))
  const shown = summary === undefined ? details : { issues: ISSUES }
  return { code, message: errorMessage(code, FILLED, 'en'), details: shown }
}
