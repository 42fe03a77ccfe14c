// Owns a receiver that costs as little as it can, in a process of its own: it finds the end of a request and answers 200.
import { createServer, type TLSSocket } from 'node:tls'
import type { Certificates } from '../../test/support/certificates.ts'

const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
const TELL_EVERY = 200
let received = 0

process.once('message', (certificates: Certificates) => {
  const server = createServer(certificates, serve)
  server.listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }))
})
process.on('disconnect', () => process.exit(0))

function serve(socket: TLSSocket): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = requestEnd(rest); end !== undefined; end = requestEnd(rest)) {
      rest = rest.subarray(end)
      socket.write(ANSWER)
      if (++received % TELL_EVERY === 0) process.send?.({ received })
    }
  })
}

function requestEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n')
  if (head === -1) return undefined
  const length = Number(/content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1] ?? 0)
  return bytes.length < head + 4 + length ? undefined : head + 4 + length
}
