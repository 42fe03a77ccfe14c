// Owns one guarantee of sending that cannot be tried through a sender thread: when the request is written, a tick of the event
// loop later, is the thread's to say. Must never reach beyond 127.0.0.1.
import type { Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { post, stopAll, tcpServer, transportWith } from '../../../../test/support/transport-rig.ts'
import type { Outcome } from '../transport.ts'

afterEach(stopAll)

test('what comes on a connection before the request was written is not taken for its response, and the request takes another', async () => {
  const sockets: Socket[] = []
  const port = await tcpServer((socket) => {
    sockets.push(socket)
    socket.write(`HTTP/1.1 20${sockets.length} First\r\ncontent-length: 0\r\n\r\n`)
  })
  const transport = transportWith()
  const url = `http://127.0.0.1:${port}/`
  expect((await post(transport, url)).responseStatus).toBe(201)
  // In one timer: the bytes are there before the end of the tick, at which requests are written.
  const outcome = await new Promise<Outcome>((resolve) =>
    setTimeout(() => {
      sockets[0]?.write('HTTP/1.1 299 Unasked\r\ncontent-length: 0\r\n\r\n')
      void post(transport, url).then(resolve)
    }),
  )
  expect(outcome).toMatchObject({ kind: 'answered', responseStatus: 202 })
  expect(sockets.length).toBe(2)
})
