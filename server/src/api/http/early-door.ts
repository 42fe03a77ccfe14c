// Owns the port from the beginning of a start until the server takes it over: that it is free is known before anything is made, and
// whoever asks meanwhile is told that the service is starting. Must never look at a key or a body.
import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Refusal } from '@timbre/contract/errors.ts'
import { createServer } from './node-http.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { type RefusalDependencies, sendRefusal } from './send-refusal.ts'

export interface EarlyDoorOptions extends RefusalDependencies {
  readonly host: string
  readonly port: number
  readonly version: string
  readonly backlog: number
}

const CONNECTIONS_MAX = 256
const TIMEOUT_MS = 5_000

export class EarlyDoor {
  readonly #server: Server
  readonly #backlog: number

  private constructor(server: Server, backlog: number) {
    this.#server = server
    this.#backlog = backlog
  }

  /** @throws Error of Node when the port cannot be had */
  static async open(options: EarlyDoorOptions): Promise<EarlyDoor> {
    const { host, port, backlog } = options
    const times = { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS, requireHostHeader: false }
    const server = createServer(times, (request, response) => answer(options, request, response))
    server.maxConnections = CONNECTIONS_MAX
    server.timeout = TIMEOUT_MS
    server.listen({ host, port, backlog })
    await once(server, 'listening')
    return new EarlyDoor(server, backlog)
  }

  /** From its `listen` on, whatever that is given, the server listens here. */
  handTo(server: Server): void {
    const listen: Server['listen'] = server.listen.bind(server)
    const takeOver = () => {
      const taken = listen(this.#server, this.#backlog)
      // Its socket is the other one's now: it is never closed.
      this.#server.closeIdleConnections()
      return taken
    }
    // Of the many forms of `listen` its callers use one without a callback.
    server.listen = takeOver as Server['listen']
  }
}

function answer(options: EarlyDoorOptions, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close')
  if (request.method === 'GET' && request.url === '/health/live') {
    const body = JSON.stringify({ status: 'ok', version: options.version })
    response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'application/json; charset=utf-8' }).end(body)
  } else sendRefusal(options, request, response, new Refusal('NOT_READY', { status: 'starting' }))
}
