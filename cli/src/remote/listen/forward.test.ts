import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { forward } from './forward.ts'

const servers: (Server | NetServer)[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function urlOf(server: Server | NetServer): Promise<URL> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`)
}

const receiver = (listener: RequestListener) => urlOf(createServer(listener))
const raw = (listener: (socket: Socket) => void) => urlOf(createNetServer(listener))
const REQUEST = { headers: { 'webhook-id': 'evt_1' }, body: '{"ñ":1}' }

describe('a forwarded request', () => {
  test('has the very headers and bytes, and comes back with the response', async () => {
    let got = ''
    const url = await receiver(async (request, response) => {
      for await (const chunk of request.setEncoding('utf8')) got += chunk
      response.writeHead(202, { 'x-own': String(request.headers['webhook-id']) }).end('thanks')
    })
    const end = await forward(url, REQUEST)
    expect(end).toMatchObject({
      outcome: 'answered',
      response: { status: 202, headers: { 'x-own': 'evt_1' }, body: 'thanks' },
    })
    expect(got).toBe(REQUEST.body)
  })

  test('keeps no more of a response than the service does, and reads it to its end', async () => {
    const url = await receiver((_, response) => response.end('x'.repeat(1_000_000)))
    const end = await forward(url, REQUEST)
    expect(end.outcome === 'answered' && end.response.body.length).toBe(16 * 1024)
  })

  test('a status that is none becomes one that can be recorded', async () => {
    const url = await raw((socket) => {
      socket.on('error', () => {})
      socket.end('HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n')
    })
    expect(await forward(url, REQUEST)).toMatchObject({ outcome: 'answered', response: { status: 502 } })
  })

  test('that is cut in the middle of the response, or before it, may have been done', async () => {
    for (const answer of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf']) {
      const url = await raw((socket) => {
        socket.on('error', () => {})
        socket.once('data', () => socket.end(answer))
      })
      expect(await forward(url, REQUEST)).toMatchObject({ outcome: 'no_response', reason: expect.stringMatching(/./) })
    }
  })

  test('was not sent where nothing listens, and where it may not begin any more', async () => {
    const gone = await raw(() => {})
    const closed = once(servers[0] as NetServer, 'close')
    servers[0]?.close()
    await closed
    expect(await forward(gone, REQUEST)).toMatchObject({
      outcome: 'not_sent',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
    let bytes = 0
    const url = await raw((socket) => socket.on('data', (chunk) => (bytes += chunk.length)))
    expect(await forward(url, { ...REQUEST, mayBegin: () => false })).toMatchObject({ outcome: 'not_sent' })
    expect(bytes).toBe(0)
  })
})
