// Owns the guarantees of the bytes of a request: what is sent is one request, whatever its headers are.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RequestMemory, requestBytes } from './request-bytes.ts'

const memory = new RequestMemory()
const TARGET = { path: '/hook?a=1', host: 'receiver.example:8443' }

test('a request is its line, its host, its headers and the exact body', () => {
  const body = Buffer.from('{"text":"¿sí?"}')
  const expected = [
    'POST /hook?a=1 HTTP/1.1',
    'host: receiver.example:8443',
    'connection: keep-alive',
    'content-length: 17',
    'accept: */*',
    'accept-encoding: identity',
    'x-a: b',
    '',
    body.toString(),
  ].join('\r\n')
  expect(requestBytes(TARGET, { 'x-a': 'b' }, body, memory)?.toString()).toBe(expected)
  expect(requestBytes(TARGET, { 'x-a': 'b' }, body.toString(), memory)?.toString()).toBe(expected)
  const asked = requestBytes(TARGET, {}, '', memory, 'GET')?.toString()
  expect(asked?.split('\r\n')[0]).toBe('GET /hook?a=1 HTTP/1.1')
})

test('a header that would not be one header is refused', () => {
  for (const value of ['a\r\nb: c', 'a\nb', 'a\0', '…'])
    expect(requestBytes(TARGET, { 'x-a': value }, '', memory)).toBeUndefined()
  for (const name of ['x a', 'x:', '', 'x\r\n', 'é'])
    expect(requestBytes(TARGET, { [name]: 'v' }, '', memory)).toBeUndefined()
})

test('no header and no body make a second line end or a second request', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string(), { maxKeys: 5 }), fc.uint8Array(), (headers, body) => {
      const bytes = requestBytes(TARGET, headers, body, memory)
      if (bytes === undefined) return
      const text = bytes.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      expect(text.slice(0, end).split('\r\n')).toHaveLength(6 + Object.keys(headers).length)
      expect(bytes.subarray(end + 4)).toEqual(Buffer.from(body))
    }),
  )
})
