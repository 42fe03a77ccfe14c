import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, test } from 'vitest'
import { readNoFurther } from './read-no-further.ts'

test('of what has come in one piece nothing is read after the request at which the connection was cut off', async () => {
  let requests = 0
  const server = createServer(({ socket }) => {
    if (++requests < 3) return
    readNoFurther(socket)
    socket.destroy()
  })
  const faults: string[] = []
  server.on('clientError', ({ code }: NodeJS.ErrnoException) => faults.push(code ?? ''))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server has one
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(100))
  await once(socket, 'close')
  expect(requests).toBe(3)
  expect(faults).toEqual(['HPE_CB_HEADERS_COMPLETE'])
  server.close()
})
