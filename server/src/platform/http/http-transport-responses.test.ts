// Owns the guarantees of sending about what a receiver answers, against real servers on this machine.
// Must never reach beyond 127.0.0.1 and ::1.
import { gzipSync } from 'node:zlib'
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import { afterEach, describe, expect, test } from 'vitest'
import {
  NO_RESPONSE,
  post,
  receiverWith,
  stopAll,
  tlsServer,
  transportWith,
} from '../../../../test/support/transport-rig.ts'

afterEach(stopAll)

describe('a response', () => {
  test('becomes an outcome with status, headers, body, phases and the address', async () => {
    const receiver = await receiverWith({
      script: () => ({ status: 200, headers: { 'x-a': ['1', '2'], 'x-b': 'b' }, body: 'añadido' }),
    })
    const outcome = await post(transportWith(), receiver.url('/hook?a=1&b=%20', 'localhost'), '{"é":1}')
    expect(outcome).toMatchObject({
      kind: 'answered',
      responseStatus: 200,
      responseHeaders: { 'x-a': '1, 2', 'x-b': 'b' },
      responseBody: 'añadido',
      remoteAddress: '127.0.0.1',
      error: null,
    })
    const { dns, connect, tls, firstByte } = outcome.timings
    for (const phase of [dns, connect, tls, firstByte]) expect(phase).toBeGreaterThanOrEqual(0)
    const sum = (dns ?? 0) + (connect ?? 0) + (tls ?? 0) + (firstByte ?? 0)
    expect(outcome.durationMs).toBeGreaterThanOrEqual(Math.floor(sum))
    const [request] = receiver.requests
    expect(request).toMatchObject({ method: 'POST', path: '/hook?a=1&b=%20' })
    expect(request?.body.toString()).toBe('{"é":1}')
    expect(request?.headers).toEqual({
      host: `localhost:${receiver.port}`,
      connection: 'keep-alive',
      accept: '*/*',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'x-supervisor-event': 'a.b',
      'content-length': '8',
    })
  })

  test.each([200, 204, 301, 302, 308, 400, 410, 429, 500, 503])('of status %i is taken as it is', async (status) => {
    const receiver = await receiverWith({
      script: () => ({ status, headers: { location: '/elsewhere', 'retry-after': '7' } }),
    })
    const outcome = await post(transportWith(), receiver.url())
    expect(outcome).toMatchObject({ kind: 'answered', responseStatus: status, responseBody: '', error: null })
    expect(outcome.responseHeaders).toMatchObject({ location: '/elsewhere', 'retry-after': '7' })
    expect(receiver.count).toBe(1)
  })

  test('comes over a kept-alive connection the second time, whose phases are null', async () => {
    const receiver = await receiverWith()
    const transport = transportWith()
    const first = await post(transport, receiver.url('/a', 'localhost'))
    const second = await post(transport, receiver.url('/b', 'localhost'))
    expect(first.timings.tls).not.toBeNull()
    expect(second.timings).toEqual({ dns: null, connect: null, tls: null, firstByte: expect.any(Number) })
    expect(second.remoteAddress).toBe('127.0.0.1')
    expect(receiver.connections).toBe(1)
  })

  test('with connection: close is followed by a new connection', async () => {
    const receiver = await receiverWith({ script: () => ({ headers: { connection: 'close' }, body: 'x' }) })
    const transport = transportWith()
    for (let nth = 1; nth <= 3; nth++) {
      const outcome = await post(transport, receiver.url())
      expect(outcome).toMatchObject({ kind: 'answered', responseBody: 'x' })
      expect(outcome.timings.connect).not.toBeNull()
      expect(receiver.connections).toBe(nth)
    }
  })

  test('without an end is cut at 16 KiB, and still counts with its status', async () => {
    const receiver = await receiverWith({ script: () => ({ status: 503, floodChunkBytes: 65_536 }) })
    const outcome = await post(transportWith(), receiver.url())
    expect(outcome).toMatchObject({ kind: 'answered', responseStatus: 503 })
    expect(outcome.responseBody).toBe('x'.repeat(RESPONSE_BODY_BYTES_MAX))
  })

  test('is cut before a character that would be cut in two', async () => {
    const receiver = await receiverWith({ script: () => ({ body: `a${'é'.repeat(20_000)}` }) })
    const { responseBody } = await post(transportWith(), receiver.url())
    expect(responseBody).toBe(`a${'é'.repeat(RESPONSE_BODY_BYTES_MAX / 2 - 1)}`)
  })

  test('of exactly 16 KiB is whole, and its connection is kept', async () => {
    const receiver = await receiverWith({ script: () => ({ body: 'y'.repeat(RESPONSE_BODY_BYTES_MAX) }) })
    const transport = transportWith()
    expect((await post(transport, receiver.url())).responseBody).toHaveLength(RESPONSE_BODY_BYTES_MAX)
    await post(transport, receiver.url())
    expect(receiver.connections).toBe(1)
  })

  test('that is no UTF-8 or has NUL in it becomes text that a database takes', async () => {
    const receiver = await receiverWith({ script: () => ({ body: Buffer.from([0x61, 0x00, 0xff, 0xc3, 0x28, 0x62]) }) })
    expect((await post(transportWith(), receiver.url())).responseBody).toBe('a\ufffd\ufffd\ufffd(b')
  })

  test('that is a gzip bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000))
    const receiver = await receiverWith({ script: () => ({ headers: { 'content-encoding': 'gzip' }, body: bomb }) })
    const outcome = await post(transportWith(), receiver.url())
    expect(outcome).toMatchObject({ kind: 'answered', responseStatus: 200 })
    expect(outcome.responseBody?.length).toBeLessThanOrEqual(RESPONSE_BODY_BYTES_MAX)
  })

  test('with a hundred thousand bytes of headers is refused', async () => {
    const port = await tlsServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789abcdef\r\n'.repeat(4000)}\r\n`)
    })
    expect(await post(transportWith(), `https://localhost:${port}/`)).toMatchObject({
      ...NO_RESPONSE,
      kind: 'invalid_response',
      error: expect.stringContaining('larger than 16 KiB'),
    })
  })

  test('with many small headers keeps a hundred of them', async () => {
    const headers = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'v']))
    const receiver = await receiverWith({ script: () => ({ headers }) })
    const outcome = await post(transportWith(), receiver.url())
    expect(Object.keys(outcome.responseHeaders ?? {})).toHaveLength(100)
  })

  test('after interim responses (1xx) is the final one', async () => {
    const port = await tlsServer((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(3))
      socket.write('HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok')
    })
    expect(await post(transportWith(), `https://localhost:${port}/`)).toMatchObject({
      kind: 'answered',
      responseStatus: 201,
      responseHeaders: { 'content-length': '2' },
      responseBody: 'ok',
    })
  })
})
