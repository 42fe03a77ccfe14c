// Owns a plain receiver on this machine that answers what a test says.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export class ReceiverOfOne {
  readonly received: Received[] = []
  status = 200
  readonly #server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    this.received.push({ headers: request.headers, body })
    response.writeHead(this.status).end(this.status === 200 ? 'thanks' : 'no such tenant')
  })

  /** @param port 0: a free one */
  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo // it listens on TCP
    return `http://127.0.0.1:${port}/hook`
  }

  /** Nothing listens there any more once it resolves; it can be started again. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
