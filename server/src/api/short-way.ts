// Owns the short way of an ordinary publish request: past the framework, which costs more than accepting the event does
// (docs/decisions/0025). What is not ordinary in any respect goes to the framework, which serves the same two routes.
// Must never judge, handle or refuse by itself: authenticator, judge, handler and problems are those of every route.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { ROUTES, type Route, type RouteName } from '@timbre/contract/routes.ts'
import type { Api } from './api.ts'
import type { Authenticator } from './authenticate.ts'
import type { Handler, Handlers } from './call.ts'
import { loggedProblem } from './problem.ts'
import { readJsonBody } from './read-json-body.ts'
import { requestId } from './request-id.ts'
import { bodyJudge, callOf } from './route-call.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

export interface ShortWayDependencies {
  readonly api: Api
  readonly authenticator: Authenticator
  readonly handlers: Pick<Handlers, 'publishEvent' | 'publishEventBatch'>
  readonly isClosing: () => boolean
}

interface ShortRoute {
  readonly route: Route & { readonly scope: 'events:write'; readonly bodyBytesMax: number }
  readonly judge: ReturnType<typeof bodyJudge>
  readonly handler: Handler<RouteName>
}

const TYPE = 'application/json; charset=utf-8'
const ORDINARY_TYPES: ReadonlySet<string | undefined> = new Set(['application/json', TYPE])
const HEADERS: readonly string[] = [...Object.entries(SECURITY_HEADERS).flat(), 'content-type', TYPE]

export class ShortWay {
  readonly #dependencies: ShortWayDependencies
  readonly #routes: ReadonlyMap<string | undefined, ShortRoute>

  constructor(dependencies: ShortWayDependencies) {
    this.#dependencies = dependencies
    const routes = (['publishEvent', 'publishEventBatch'] as const).map((name): [string, ShortRoute] => {
      // A handler and its route have the same name; the compiler cannot see that through a list.
      const handler = dependencies.handlers[name] as unknown as Handler<RouteName>
      return [ROUTES[name].path, { route: ROUTES[name], judge: bodyJudge(ROUTES[name]), handler }]
    })
    this.#routes = new Map(routes)
  }

  /** False: the request is to be served by the framework. */
  take(request: IncomingMessage, response: ServerResponse): boolean {
    const short = request.method === 'POST' ? this.#routes.get(request.url) : undefined
    if (short === undefined || !isOrdinary(request.headers, short.route.bodyBytesMax)) return false
    const { api, isClosing } = this.#dependencies
    if (isClosing() || api.isReady() !== 'ok') return false
    void this.#serve(short, request, response)
    return true
  }

  async #serve(short: ShortRoute, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { api } = this.#dependencies
    const id = requestId(request, api)
    try {
      const { answer, replayed } = await this.#answer(short, request)
      const headers = replayed ? ['idempotency-replayed', 'true'] : []
      this.#send(response, short.route.status, [...headers, 'x-request-id', id], JSON.stringify(answer))
    } catch (error) {
      const { status, headers, body } = loggedProblem(api.log, error, request, {
        id,
        bodyBytesMax: short.route.bodyBytesMax,
      })
      this.#send(response, status, [...Object.entries(headers).flat(), 'x-request-id', id], JSON.stringify(body))
    }
  }

  async #answer({ route, judge, handler }: ShortRoute, request: IncomingMessage) {
    const { api, authenticator } = this.#dependencies
    const { headers } = request
    const authenticated = authenticator.authenticate(headers, route)
    const caller = authenticated instanceof Promise ? await authenticated : authenticated
    const body = readJsonBody(headers['content-type'] ?? '', await bytesOf(request))
    judge(body)
    let replayed = false
    const asked = { method: 'POST', url: route.path, headers, params: {}, query: {}, body, caller, ip: '' }
    const call = callOf<RouteName>(api, asked, route, () => {
      replayed = true
    })
    return { answer: await handler(call), replayed }
  }

  #send(response: ServerResponse, status: number, headers: readonly string[], text: string): void {
    const closing = this.#dependencies.isClosing() ? ['connection', 'close'] : []
    const length = String(Buffer.byteLength(text))
    response.writeHead(status, [...HEADERS, ...headers, ...closing, 'content-length', length]).end(text)
  }
}

function isOrdinary(headers: IncomingHttpHeaders, bodyBytesMax: number): boolean {
  const length = Number(headers['content-length'])
  return length > 0 && length <= bodyBytesMax && ORDINARY_TYPES.has(headers['content-type'])
}

/** The body, as long as the request says. Never resolves when the client breaks off: nobody waits for an answer then. */
function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let missing = Number(request.headers['content-length'])
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      missing -= chunk.length
      if (missing === 0) resolve(chunks.length === 1 ? chunk : Buffer.concat(chunks))
    })
  })
}
