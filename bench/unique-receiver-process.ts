// Owns the receiver of the overload benchmark, in a process of its own: answers 200 at once and counts the ids of events, each once.
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificates } from '../test/support/certificates.ts'

export interface ReceiverCount {
  readonly requests: number
  readonly uniqueIds: number
}

let requests = 0
const ids = new Set<string>()

process.on('message', (order: { readonly certificates: Certificates } | 'count') => {
  if (order === 'count') process.send?.({ requests, uniqueIds: ids.size } satisfies ReceiverCount)
  else serve(order.certificates)
})
process.on('disconnect', () => process.exit(0))

function serve({ key, cert }: Certificates): void {
  const server = createServer({ key, cert, keepAliveTimeout: 120_000 }, (request, response) => {
    request.resume()
    request.on('end', () => {
      requests++
      ids.add(String(request.headers['webhook-id']))
      response.writeHead(200, { 'content-length': '0' }).end()
    })
  })
  server.listen(0, '127.0.0.1', () => {
    // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
    process.send?.({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` })
  })
}
