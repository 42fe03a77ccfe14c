// Owns a real HTTP server for tests, which keeps what it was sent and answers as the test says.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export class AnsweringServer {
  readonly requests: ReceivedRequest[] = []
  readonly #server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url = '', headers } = request
    const { pathname, searchParams } = new URL(url, 'http://test')
    const received = { method, path: pathname, query: searchParams, headers, body }
    this.requests.push(received)
    this.#answer(received, response)
  })
  readonly #answer: (request: ReceivedRequest, response: ServerResponse) => void

  constructor(answer: (request: ReceivedRequest, response: ServerResponse) => void) {
    this.#answer = answer
  }

  get url(): string {
    // A listening TCP server has an AddressInfo.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** An error as the service answers it. */
export function sendProblem(response: ServerResponse, status: number, code: string, headers = {}): void {
  const details = { issues: [{ path: '/url', message: 'must be https' }] }
  sendJson(response, status, { code, message: `It was ${code}.`, details }, { 'x-request-id': 'req-1', ...headers })
}
