import { describe, expect, test } from 'vitest'
import { HttpFramer } from './http-framer.ts'

const MESSAGES = [
  'POST /1 HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello',
  'GET /2 HTTP/1.1\r\nhost: a\r\n\r\n',
  'POST /3 HTTP/1.1\r\nContent-Length:12\r\nx-content-length: 3\r\n\r\n{"a":"\r\n\r\n"}',
  'POST /4 HTTP/1.1\r\ncontent-length: 0\r\n\r\n',
]
const STREAM = Buffer.from(MESSAGES.join(''))

function framed(chunks: readonly Buffer[]): { readonly messages: string[]; readonly bodies: string[] } {
  const messages: string[] = []
  const bodies: string[] = []
  const framer = new HttpFramer((message, bodyStart) => {
    messages.push(message.toString())
    bodies.push(message.subarray(bodyStart).toString())
  })
  for (const chunk of chunks) framer.push(chunk)
  return { messages, bodies }
}

describe('the framer', () => {
  test('finds every message of one chunk', () => {
    const { messages, bodies } = framed([STREAM])
    expect(messages).toEqual(MESSAGES)
    expect(bodies).toEqual(['hello', '', '{"a":"\r\n\r\n"}', ''])
  })

  test('finds the same messages however the stream is split', () => {
    for (let size = 1; size <= STREAM.length; size++) {
      const chunks = Array.from({ length: Math.ceil(STREAM.length / size) }, (_, index) =>
        STREAM.subarray(index * size, (index + 1) * size),
      )
      expect(framed(chunks).messages).toEqual(MESSAGES)
    }
  })

  test('gives a message as soon as its last byte is there, and not before', () => {
    const message = Buffer.from(MESSAGES[0] ?? '')
    expect(framed([message.subarray(0, -1)]).messages).toEqual([])
    expect(framed([message]).messages).toHaveLength(1)
  })

  test('refuses what it cannot frame', () => {
    const chunked = Buffer.from('POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n')
    expect(() => framed([chunked])).toThrow('without Content-Length')
  })
})
