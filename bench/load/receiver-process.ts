// Owns the receiver of the benchmarks, in a process of its own: TLS, a framer and a fixed answer. It takes CPU from the same
// cores as the server, and node:https would take more. Must never answer before the whole body is there.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { Certificates } from '../../test/support/certificates.ts'
import { HttpFramer } from './http-framer.ts'
import { monotonicMs } from './monotonic.ts'
import type { ReceiverOrder, Taken } from './orders.ts'
import { Progress } from './progress.ts'

const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
const SENT_AT = Buffer.from('"sent_at":')
const HANGS = Buffer.from('POST /hang')
const FAILS = Buffer.from('POST /fail')
const FAILURE = Buffer.from('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n')
const PROGRESS_EVERY_MS = 2

let count = 0
let latenciesMs: number[] = []
let last: Buffer = Buffer.alloc(0)

process.on('disconnect', () => process.exit(0))
process.on('message', async (order: ReceiverOrder) => {
  if (order.kind === 'listen') process.send?.(await listen(order))
  else {
    const taken: Taken = { latenciesMs, head: last.toString('latin1', 0, last.indexOf('\r\n\r\n')) }
    latenciesMs = []
    process.send?.(taken)
  }
})

async function listen({
  certificates,
  ports,
  progressFile,
}: Extract<ReceiverOrder, { kind: 'listen' }>): Promise<readonly string[]> {
  const progress = new Progress(progressFile)
  let written = 0
  setInterval(() => {
    if (count === written) return
    written = count
    progress.write(count)
  }, PROGRESS_EVERY_MS)
  return Promise.all(Array.from({ length: ports }, () => listenOnce(certificates)))
}

async function listenOnce({ key, cert }: Certificates): Promise<string> {
  const server = createServer({ key, cert, noDelay: true }, serve)
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has an AddressInfo; the other forms belong to pipes.
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function serve(socket: TLSSocket): void {
  const framer = new HttpFramer((message, bodyStart) => {
    if (message.subarray(0, HANGS.length).equals(HANGS)) return
    if (message.subarray(0, FAILS.length).equals(FAILS)) {
      socket.write(FAILURE)
      return
    }
    socket.write(ANSWER)
    count++
    last = message
    const at = message.indexOf(SENT_AT, bodyStart)
    if (at === -1) return
    const sentAt = Number.parseFloat(message.toString('latin1', at + SENT_AT.length, at + SENT_AT.length + 24))
    latenciesMs.push(monotonicMs() - sentAt)
  })
  socket.on('data', (chunk: Buffer) => framer.push(chunk))
  socket.on('error', () => undefined)
}
