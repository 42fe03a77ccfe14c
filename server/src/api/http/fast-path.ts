// Owns the fast path of an ordinary publish request: past the framework, which costs more than accepting the event does
// (docs/decisions/0025). What is not ordinary in any respect goes to the framework, which serves the same two routes.
// Must never validate, handle or refuse by itself: doorkeeper, validate, handler and problems are those of every route.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import type { Api } from '../api.ts'
import type { Caller } from '../auth/caller.ts'
import type { Handler, Handlers } from '../handlers/call.ts'
import { readJsonBody } from '../validation/read-json-body.ts'
import type { FrontDoor } from './front-door.ts'
import { loggedProblem, type ProblemLog } from './problem-log.ts'
import { requestId } from './request-head.ts'
import { bodyValidator, callOf } from './route-call.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { closesAfter } from './unread-body.ts'

export interface FastPathDependencies {
  readonly api: Api
  readonly door: Pick<FrontDoor, 'doorkeeper' | 'bodies'>
  readonly handlers: Pick<Handlers, 'publishEvent' | 'publishEventBatch'>
  readonly problems: ProblemLog
}

interface ShortRoute {
  readonly route: Route & { readonly scope: 'events:write'; readonly bodyBytesMax: number }
  readonly validate: ReturnType<typeof bodyValidator>
  readonly handler: Handler<RouteName>
}

/** One request on its way. */
interface Passing {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Names and values in turn, beside those of every response. */
  readonly headers: string[]
}

const TYPE = 'application/json; charset=utf-8'
const ORDINARY_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', TYPE])
const HEADERS: readonly string[] = [...Object.entries(SECURITY_HEADERS).flat(), 'content-type', TYPE]

export class FastPath {
  readonly #dependencies: FastPathDependencies
  readonly #routes: ReadonlyMap<string | undefined, ShortRoute>

  constructor(dependencies: FastPathDependencies) {
    this.#dependencies = dependencies
    const routes = (['publishEvent', 'publishEventBatch'] as const).map((name): [string, ShortRoute] => {
      // A handler and its route have the same name; the compiler cannot see that through a list.
      const handler = dependencies.handlers[name] as unknown as Handler<RouteName>
      return [ROUTES[name].path, { route: ROUTES[name], validate: bodyValidator(ROUTES[name]), handler }]
    })
    this.#routes = new Map(routes)
  }

  /** False: the request is to be served by the framework. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const short = request.method === 'POST' ? this.#routes.get(request.url) : undefined
    if (short === undefined || !isOrdinary(request.headers, short.route.bodyBytesMax)) return false
    const { api } = this.#dependencies
    if (api.readiness.state !== 'ok') return false
    const headers = ['x-request-id', requestId(request, api)]
    void this.#serve(short, { request, response, headers })
    return true
  }

  async #serve(short: ShortRoute, passing: Passing): Promise<void> {
    const { route } = short
    try {
      this.#send(passing, route.status, JSON.stringify(await this.#answer(short, passing)))
    } catch (error) {
      const { request, headers } = passing
      const asked = { id: headers[1] ?? '', bodyBytesMax: route.bodyBytesMax }
      const problem = loggedProblem(this.#dependencies.problems, error, request, asked)
      headers.push(...Object.entries(problem.headers).flat())
      if (closesAfter(request, problem.status)) headers.push('connection', 'close')
      this.#send(passing, problem.status, JSON.stringify(problem.body))
    }
  }

  async #answer(short: ShortRoute, passing: Passing): Promise<unknown> {
    const { door } = this.#dependencies
    const { request, response, headers } = passing
    const entering = door.doorkeeper.admit(request, short.route, (more) => headers.push(...more))
    const caller = entering instanceof Promise ? await entering : entering
    const { bytes, done } = await door.bodies.read(request, response, caller, short.route.bodyBytesMax)
    try {
      return await this.#handle(short, passing, caller, bytes)
    } finally {
      done()
    }
  }

  async #handle(
    { route, validate, handler }: ShortRoute,
    passing: Passing,
    caller: Caller,
    bytes: Uint8Array,
  ): Promise<unknown> {
    const { headers } = passing.request
    const { api } = this.#dependencies
    const read = readJsonBody(headers['content-type'] ?? '', bytes, api.loop)
    const body = read instanceof Promise ? await read : read
    validate(body)
    const asked = { method: 'POST', url: route.path, headers, params: {}, query: {}, body, caller, ip: '' }
    const setHeader = (name: string, value: string) => void passing.headers.push(name, value)
    return handler(callOf<RouteName>(api, asked, route, setHeader))
  }

  #send({ response, headers }: Passing, status: number, text: string): void {
    if (this.#dependencies.api.readiness.state === 'stopping') headers.push('connection', 'close')
    response.writeHead(status, [...HEADERS, ...headers, 'content-length', String(Buffer.byteLength(text))]).end(text)
  }
}

function isOrdinary(headers: IncomingHttpHeaders, bodyBytesMax: number): boolean {
  const length = Number(headers['content-length'])
  // A browser's request, which has an origin, is for the framework: it knows which origins may read the response.
  const isOfPage = headers.origin !== undefined
  return length > 0 && length <= bodyBytesMax && ORDINARY_TYPES.has(headers['content-type']) && !isOfPage
}
