// Owns the calls that a tool makes: each goes through the routes of the API as a request of its own, with the caller's credential.
// Must never add to what the caller has sent of itself: a tool can do what its caller can, and nothing else.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** By which a caller is known: credential, workspace, page, address. */
const OF_CALLER = [
  'authorization',
  'x-api-key',
  'cookie',
  'x-csrf-token',
  'origin',
  'sec-fetch-site',
  'host',
  'x-workspace-id',
  'workspace-id',
  'x-forwarded-for',
] as const

export class InnerCalls {
  readonly #app: FastifyInstance
  readonly #outer: IncomingMessage
  readonly #requestId: string
  readonly #underWay = new Set<Promise<unknown>>()

  /**
   * @param outer the request whose caller makes them
   * @param requestId of that request: what it causes has the same
   */
  constructor(app: FastifyInstance, outer: IncomingMessage, requestId: string) {
    this.#app = app
    this.#outer = outer
    this.#requestId = requestId
  }

  /** A `fetch` that stays in this process and looks at the path alone. Begins nothing once the signal is aborted. */
  fetch = async (url: string, { method = 'GET', headers, body, signal }: RequestInit): Promise<Response> => {
    signal?.throwIfAborted()
    const { pathname, search } = new URL(url)
    const { remoteAddress } = this.#outer.socket
    const answering = this.#app.inject({
      method: method as 'GET', // one of a route: the SDK knows no other
      url: pathname + search,
      headers: {
        ...Object.fromEntries(new Headers(headers)),
        ...ofCaller(this.#outer.headers),
        'x-request-id': this.#requestId,
      },
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(typeof body === 'string' ? { payload: body } : {}),
    })
    this.#underWay.add(answering)
    const done = () => this.#underWay.delete(answering)
    answering.then(done, done)
    const { statusCode: status, payload, headers: answered } = await answering
    // RFC 9110 §15.3.5: a 204 has no body, not even an empty one.
    return new Response(status === 204 ? null : payload, { status, headers: flat(answered) })
  }

  /** Resolves when none is under way any more, which may be after whoever waited for it has gone. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }
}

function ofCaller(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(OF_CALLER.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])))
}

function flat(headers: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((one): [string, string][] => (one === undefined ? [] : [[name, String(one)]])),
  )
}
