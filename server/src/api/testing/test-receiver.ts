// Owns a receiver for tests of the API: a real HTTP server on 127.0.0.1 that keeps what it gets.
// Must never be imported by anything but tests.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestReceiver {
  readonly url: string
  readonly received: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[]
  /** What the next requests are answered with. */
  status: number
  stop(): Promise<void>
}

export async function startReceiver(): Promise<TestReceiver> {
  const received: TestReceiver['received'] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(receiver.status, { 'x-answer': 'yes' }).end('thanks')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    status: 200,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}
