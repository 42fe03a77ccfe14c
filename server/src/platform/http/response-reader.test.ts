// Owns the guarantees of reading a response: however its bytes are cut, what is valid is read as node:http reads it, and what
// is not valid is no response. Must never reach beyond 127.0.0.1.
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rememberingParser } from './response-head.ts'
import { type ReadState, ResponseReader } from './response-reader.ts'

function read(
  text: string,
  chunkBytes = text.length,
  parseHead = rememberingParser(),
): { readonly state: ReadState; readonly reader: ResponseReader } {
  const bytes = Buffer.from(text, 'latin1')
  const reader = new ResponseReader(undefined, parseHead)
  // As sockets give their bytes: in one piece of memory that is used again and again.
  const memory = Buffer.alloc(chunkBytes)
  let state: ReadState = 'more'
  for (let at = 0; at < bytes.length && state === 'more'; at += chunkBytes) {
    const count = bytes.copy(memory, 0, at, at + chunkBytes)
    state = reader.push(memory.subarray(0, count))
  }
  return { state, reader }
}

function lines(...parts: string[]): string {
  return parts.join('\r\n')
}

const CHUNKED_HEAD = lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '')

/** A response whose only chunk so far, `abc`, begins with this line. */
function chunked(sizeLine: string): string {
  return `${CHUNKED_HEAD}${sizeLine}\r\nabc\r\n`
}

const OK = lines('HTTP/1.1 200 OK', 'Content-Length: 2', '', 'ok')
const CHUNKED = lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '3;a=b', 'abc', 'A', '0123456789', '0', '')

describe('a response', () => {
  test.each([
    ['with a length', OK, 'ok'],
    ['without a reason phrase', lines('HTTP/1.1 200', 'content-length: 2', '', 'ok'), 'ok'],
    ['in chunks', `${CHUNKED}\r\n`, 'abc0123456789'],
    ['in chunks with trailers', `${CHUNKED}x-sum: 1\r\n\r\n`, 'abc0123456789'],
    ['without a body because of its status', lines('HTTP/1.1 204 No Content', '', ''), ''],
    ['after interim ones', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n${OK}`, 'ok'],
    ['in chunks with quoted extensions', `${chunked('3;a="b; c"')}0\r\n\r\n`, 'abc'],
  ])('%s is read whole, also byte by byte, and its connection is good for more', (_, text, body) => {
    for (const chunkBytes of [text.length, 7, 1]) {
      const { state, reader } = read(text, chunkBytes)
      expect([state, reader.body().toString(), reader.isReusable]).toEqual(['whole', body, true])
    }
  })

  test('gives its headers in lower case, repeated ones joined, folded ones unfolded', () => {
    const { reader } = read(
      lines('HTTP/1.1 400 Bad', 'X-A:  1 ', 'x-a: 2', 'X-Long: a', '  b', '__proto__: x', 'content-length: 0', '', ''),
    )
    expect(reader.head).toMatchObject({
      status: 400,
      headers: { 'x-a': '1, 2', 'x-long': 'a b', 'content-length': '0' },
    })
    expect(Object.keys(reader.head.headers)).toHaveLength(3)
  })

  test.each([
    ['that asks for it', lines('HTTP/1.1 200 OK', 'connection: foo, Close', 'content-length: 0', '', '')],
    ['of HTTP/1.0', lines('HTTP/1.0 200 OK', 'content-length: 0', '', '')],
    [
      'with two kinds of length',
      lines('HTTP/1.1 200 OK', 'content-length: 5', `transfer-encoding: chunked`, '', '0', '', ''),
    ],
    ['that is followed by bytes nobody asked for', `${OK}HTTP/1.1 200 OK`],
    // llhttp refuses each of these, so what is between may have read the response otherwise.
    ['whose length is said twice', lines('HTTP/1.1 200 OK', 'content-length: 2', 'Content-Length: 2', '', 'ok')],
    ['whose length is a list', lines('HTTP/1.1 200 OK', 'content-length: 2, 2', '', 'ok')],
    ['with a folded length', lines('HTTP/1.1 200 OK', 'content-length:', ' 2', '', 'ok')],
    ['with a folded coding', lines('HTTP/1.1 200 OK', 'transfer-encoding:', ' chunked', '', '0', '', '')],
    ['with a folded header', lines('HTTP/1.1 200 OK', 'content-length: 0', 'x-a: b', '\tc', '', '')],
    ['chunked twice', lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked, chunked', '', '0', '', '')],
    ['with a coding beside chunked', lines('HTTP/1.1 200 OK', 'transfer-encoding: gzip, chunked', '', '0', '', '')],
    ['chunked in HTTP/1.0', lines('HTTP/1.0 200 OK', 'transfer-encoding: chunked', '', '0', '', '')],
    ['of 204 with a length', lines('HTTP/1.1 204 No Content', 'content-length: 2', '', '')],
    ['of 204 that is chunked', lines('HTTP/1.1 204 No Content', 'transfer-encoding: chunked', '', '')],
    ['of 304 with a length', lines('HTTP/1.1 304 Not Modified', 'content-length: 2', '', '')],
    ['after an interim one with a length', `HTTP/1.1 103 Early Hints\r\ncontent-length: 2\r\n\r\n${OK}`],
    ['with a space behind a chunk size', `${chunked('3 ')}0\r\n\r\n`],
    ['with a tab behind a chunk size', `${chunked('3\t;a')}0\r\n\r\n`],
    ['with an extension that is no token', `${chunked('3;a b')}0\r\n\r\n`],
    ['with a quote that does not end', `${chunked('3;a="b')}0\r\n\r\n`],
    ['with a trailer that has no colon', `${chunked('3')}0\r\nnothing\r\n\r\n`],
    ['with a trailer that has no name', `${chunked('3')}0\r\n: x\r\n\r\n`],
    ['with a space before the colon of a trailer', `${chunked('3')}0\r\nx : y\r\n\r\n`],
    ['with a folded trailer', `${chunked('3')}0\r\nx: y\r\n z\r\n\r\n`],
    ['with NUL in a trailer', `${chunked('3')}0\r\nx: \0\r\n\r\n`],
  ])('%s ends its connection, also byte by byte', (_, text) => {
    for (const chunkBytes of [text.length, 1]) {
      const { state, reader } = read(text, chunkBytes)
      expect([state, reader.isReusable && chunkBytes === text.length]).toEqual(['whole', false])
    }
  })

  test('without a length ends with its connection', () => {
    const { state, reader } = read(lines('HTTP/1.1 200 OK', '', 'text'))
    expect([state, reader.isEndedByClose(), reader.body().toString(), reader.isReusable]).toEqual([
      'more',
      true,
      'text',
      false,
    ])
    expect(read(lines('HTTP/1.1 200 OK', 'content-length: 9', '', 'text')).reader.isEndedByClose()).toBe(false)
    expect(read(CHUNKED).reader.isEndedByClose()).toBe(false)
    expect(read('HTTP/1.1 200 OK\r\n').reader.isEndedByClose()).toBe(false)
  })

  test('is cut after 16 KiB, and its connection is not used again', () => {
    const { state, reader } = read(`HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n${'x'.repeat(16 * 1024 + 1)}`)
    expect([state, reader.body().length, reader.isReusable]).toEqual(['cut', 16 * 1024, false])
  })

  test('tells how long its connection may be idle', () => {
    const { reader } = read(lines('HTTP/1.1 200 OK', 'Keep-Alive: max=9, timeout=5', 'content-length: 0', '', ''))
    expect(reader.head.idleMs).toBe(5000)
  })
})

describe('no response is', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH'],
    ['a request', lines('GET / HTTP/1.1', '', '')],
    ['HTTP/2', lines('HTTP/2 200 OK', '', '')],
    ['a status of two digits', lines('HTTP/1.1 20 OK', '', '')],
    ['a switch of protocols, which nobody asked for', lines('HTTP/1.1 101 Switching', 'upgrade: x', '', '')],
    ['a header without a colon', lines('HTTP/1.1 200 OK', 'nothing', '', '')],
    ['a header without a name', lines('HTTP/1.1 200 OK', ': x', '', '')],
    ['a space before the colon', lines('HTTP/1.1 200 OK', 'content-length : 2', '', 'ok')],
    ['a fold with nothing before it', lines('HTTP/1.1 200 OK', ' x: 1', '', '')],
    ['a line that ends in LF alone', 'HTTP/1.1 200 OK\nx: 1\r\n\r\n'],
    ['NUL in a value', lines('HTTP/1.1 200 OK', 'x: a\0b', '', '')],
    ['a negative length', lines('HTTP/1.1 200 OK', 'content-length: -1', '', '')],
    ['a length with a sign', lines('HTTP/1.1 200 OK', 'content-length: +2', '', 'ok')],
    ['a length with 0xa0 behind it', lines('HTTP/1.1 200 OK', 'content-length: 2\xa0', '', 'ok')],
    ['a length in hexadecimal', lines('HTTP/1.1 200 OK', 'content-length: 0x2', '', 'ok')],
    ['a length beyond all numbers', lines('HTTP/1.1 200 OK', `content-length: ${'9'.repeat(20)}`, '', 'ok')],
    ['a length that is a list with a gap', lines('HTTP/1.1 200 OK', 'content-length: 2,', '', 'ok')],
    ['CR in a value', lines('HTTP/1.1 200 OK', 'x: a\rb', '', '')],
    ['LF in a value', lines('HTTP/1.1 200 OK', 'x: a\nb', '', '')],
    ['a chunk size with a sign', `${chunked('+3')}0\r\n\r\n`],
    ['a chunk size with a prefix', `${chunked('0x3')}0\r\n\r\n`],
    ['a chunk size beyond all numbers', chunked('f'.repeat(17))],
    ['a chunk size after a space', chunked(' 3')],
    ['no chunk size', chunked('')],
    ['a chunk size line that ends in LF alone', `${CHUNKED_HEAD}3\nabc\r\n0\r\n\r\n`],
    ['a chunk size line with CR in it', chunked('3;a\rb')],
    ['a chunk that ends in LF alone', `${CHUNKED_HEAD}3\r\nabc\n0\r\n\r\n`],
    ['a trailer that ends in LF alone', `${chunked('3')}0\r\nx: y\n\r\n`],
    ['an empty line of chunks that ends in LF alone', `${chunked('3')}0\r\n\n`],
    ['two different lengths', lines('HTTP/1.1 200 OK', 'content-length: 1', 'content-length: 2', '', 'ok')],
    ['a chunk size that is no number', lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'xyz', '')],
    [
      'a chunk that is longer than it says',
      lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', '1', 'ab', '0', '', ''),
    ],
    ['a chunk size line without an end', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(5000)}`],
    ['an endless row of trailers', `${CHUNKED}${'x: 1\r\n'.repeat(200)}`],
    ['an endless row of interim responses', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)],
  ])('%s', (_, text) => {
    expect(read(text).state).toBe('not_http')
    expect(read(text, 1).state).toBe('not_http')
  })

  test('a head of more than 16 KiB, with an end or without', () => {
    const head = `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(17 * 1024)}`
    expect(read(head).state).toBe('head_too_large')
    expect(read(`${head}\r\n\r\n`, 1000).state).toBe('head_too_large')
  })
})

test('a response after others on its connection is read as if it were the first', () => {
  const parseHead = rememberingParser()
  const texts = [OK, OK, OK.replace('200', '201'), 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP/1.1 20 OK\r\n\r\n', OK]
  const states = texts.map((text) => read(text, text.length, parseHead))
  expect(states.map(({ state, reader }) => (state === 'whole' ? reader.head.status : state))).toEqual([
    200,
    200,
    201,
    'not_http',
    'not_http',
    200,
  ])
})

test('an interim response is not taken for the final one because it was seen before', () => {
  const parseHead = rememberingParser()
  const text = `HTTP/1.1 100 Continue\r\n\r\n${OK}`
  for (const _ of [1, 2]) {
    const { state, reader } = read(text, text.length, parseHead)
    expect(state).toBe('whole')
    expect(reader.head.status).toBe(200)
  }
})

test('any valid response is read as node:http reads it, however it is cut', async () => {
  let response = ''
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(Buffer.from(response, 'latin1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens
  const word = fc.stringMatching(/^[a-z]{1,8}$/)
  const body = fc.string({ maxLength: 60, unit: fc.constantFrom('a', '\r', '\n', '0', ';', ' ') })
  const header = fc.tuple(word, fc.stringMatching(/^[!-~]{0,20}$/))
  const responses = fc.record({
    status: fc.constantFrom(200, 204, 304, 400, 404, 500, 503),
    headers: fc.array(header, { maxLength: 5 }),
    body,
    framing: fc.constantFrom('length', 'chunked', 'close'),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 9 }),
  })
  await fc.assert(
    fc.asyncProperty(responses, fc.integer({ min: 1, max: 50 }), async (parts, chunkBytes) => {
      response = responseText(parts)
      const expected = await asNodeReadsIt(port)
      const { state, reader } = read(response, chunkBytes)
      const isWhole = state === 'whole' || (state === 'more' && reader.isEndedByClose())
      expect([isWhole, reader.head.status, reader.body().toString('latin1')]).toEqual([true, ...expected])
    }),
    { numRuns: 300 },
  )
  server.close()
})

interface ResponseParts {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly framing: string
  readonly sizes: readonly number[]
}

function responseText({ status, headers, body, framing, sizes }: ResponseParts): string {
  const own = headers.map(([name, value]) => `X-${name}: ${value}\r\n`).join('')
  const start = `HTTP/1.1 ${status} Reason\r\n${own}`
  if (status === 204 || status === 304) return `${start}\r\n`
  if (framing === 'length') return `${start}Content-Length: ${body.length}\r\n\r\n${body}`
  if (framing === 'close') return `${start}Connection: close\r\n\r\n${body}`
  let chunks = ''
  let at = 0
  for (let nth = 0; at < body.length; nth++) {
    const piece = body.slice(at, at + (sizes[nth % sizes.length] ?? 1))
    chunks += `${piece.length.toString(16)}\r\n${piece}\r\n`
    at += piece.length
  }
  return `${start}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
}

function asNodeReadsIt(port: number): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', agent: false }, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('end', () => resolve([incoming.statusCode ?? 0, Buffer.concat(parts).toString('latin1')]))
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end('x')
  })
}
