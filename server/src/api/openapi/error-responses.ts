// Owns the responses of errors: one for each status of a route, with an example of each of its codes.
import { ERRORS, type ErrorCode, errorMessage } from '@timbre/contract/errors.ts'
import type { Route, RouteName } from '@timbre/contract/routes.ts'
import { errorCodesOf } from './route-errors.ts'

type Json = Readonly<Record<string, unknown>>

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
  capability: 'manage',
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
  seconds: 15,
  deliveries: 12000,
  eventsAtOnce: 833,
  summary: '/url is missing',
  hint: '',
}
const ISSUES = [{ path: '/url', message: 'is missing' }]

/** The responses of a route, by status. They stand where they are answered: not every reader of the document follows a reference there. */
export function errorResponses(name: RouteName, route: Route): Json {
  const byStatus = Map.groupBy(errorCodesOf(name, route), (code) => ERRORS[code].status)
  const statuses = [...byStatus].toSorted(([a], [b]) => a - b)
  return Object.fromEntries(statuses.map(([status, codes]) => [status, responseOf(status, codes)]))
}

function responseOf(status: number, codes: readonly ErrorCode[]): Json {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
  }
}

/** Of the codes that a route answers with, as components: each is told of many routes. */
export function errorExamples(routes: Readonly<Record<RouteName, Route>>): Json {
  const told = (Object.entries(routes) as [RouteName, Route][]).flatMap(([name, route]) => errorCodesOf(name, route))
  return Object.fromEntries([...new Set(told)].map((code) => [code, { value: exampleOf(code) }]))
}

function exampleOf(code: ErrorCode): Json {
  const names = [...ERRORS[code].en.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const { summary, hint: _, ...details } = Object.fromEntries(names.map((name) => [name, FILLED[name]]))
  const shown = summary === undefined ? details : { issues: ISSUES }
  return { code, message: errorMessage(code, FILLED, 'en'), details: shown }
}
