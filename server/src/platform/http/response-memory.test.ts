// Owns the guarantees of what a response costs while it is read: a fixed amount, in however small pieces it comes.
import { RESPONSE_BODY_BYTES_MAX } from '@timbre/contract/attempt.ts'
import { describe, expect, test } from 'vitest'
import { KeptBytes, ResponseMemory } from './response-memory.ts'
import { type ReadState, ResponseReader } from './response-reader.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'
const BODY = 'x'.repeat(RESPONSE_BODY_BYTES_MAX)

function oneByteChunks(count: number): string {
  return '1\r\nx\r\n'.repeat(count)
}

interface Reading {
  readonly reader: ResponseReader
  readonly states: readonly ReadState[]
}

function read(text: string, memory: ResponseMemory, pieceBytes = 4096): Reading {
  const reader = new ResponseReader(memory)
  const states: ReadState[] = []
  for (let at = 0; at < text.length && (states.at(-1) ?? 'more') === 'more'; at += pieceBytes) {
    states.push(reader.push(Buffer.from(text.slice(at, at + pieceBytes), 'latin1')))
  }
  return { reader, states }
}

describe('a response under way', () => {
  test.each([
    ['one chunk', `${HEAD}${BODY.length.toString(16)}\r\n${BODY}`, 4096],
    ['chunks of one byte', HEAD + oneByteChunks(BODY.length), 4096],
    ['chunks of one byte that come byte by byte', HEAD + oneByteChunks(3000), 1],
    ['a length', `HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n${BODY}`, 1],
    ['no length', `HTTP/1.1 200 OK\r\n\r\n${BODY}`, 1],
  ])('with its body in %s takes no more than what is kept of it, and gives it back', (_, text, pieceBytes) => {
    const memory = new ResponseMemory()
    const { reader, states } = read(text, memory, pieceBytes)
    expect(states.at(-1)).toBe('more')
    expect(memory.bytesTaken).toBeLessThanOrEqual(RESPONSE_BODY_BYTES_MAX + 1)
    expect(reader.body().toString()).toMatch(/^x+$/)
    reader.release()
    reader.release()
    expect(memory.bytesTaken).toBe(0)
  })

  test('of which the head comes byte by byte takes no more than 16 KiB', () => {
    const memory = new ResponseMemory()
    const { reader, states } = read(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(16_000)}`, memory, 1)
    expect(states.at(-1)).toBe('more')
    expect(memory.bytesTaken).toBeLessThanOrEqual(16 * 1024)
    reader.release()
    expect(memory.bytesTaken).toBe(0)
  })

  test('of which all came in one piece takes nothing', () => {
    const memory = new ResponseMemory(0)
    const { reader, states } = read(`HTTP/1.1 200 OK\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`, memory, 99_999)
    expect([states, reader.body().length, reader.isCut]).toEqual([['whole'], BODY.length, false])
  })
})

describe('a response is read no further', () => {
  test.each([
    ['chunks of one byte', oneByteChunks(20_000), 4096, RESPONSE_BODY_BYTES_MAX],
    ['chunks with long extensions', `1;${'e'.repeat(4000)}\r\nx\r\n`.repeat(100), 4096, 65],
    ['pieces of one byte', oneByteChunks(10_000), 1, 3325],
  ])('than what is kept of it allows: %s', (_, chunks, pieceBytes, kept) => {
    const { reader, states } = read(HEAD + chunks, new ResponseMemory(), pieceBytes)
    expect([states.at(-1), reader.head.status, reader.isCut]).toEqual(['cut', 200, true])
    expect(reader.body().length).toBe(kept)
  })

  test('than 20,000 pieces without a head', () => {
    expect(read('HTTP/1.1 102 Processing\r\n\r\n'.repeat(999), new ResponseMemory(), 1).states.at(-1)).toBe('not_http')
  })
})

describe('while other responses have taken all memory', () => {
  const full = () => new ResponseMemory(0)

  test('a body keeps its first KiB, is read to its end and counts with its status', () => {
    const { reader, states } = read(`${HEAD}${oneByteChunks(5000)}0\r\n\r\n`, full())
    expect([states.at(-1), reader.head.status, reader.body().length, reader.isCut, reader.isReusable]).toEqual([
      'whole',
      200,
      1024,
      true,
      true,
    ])
  })

  test('a head of up to 4 KiB is read, and a longer one is not, whether it comes whole or in pieces', () => {
    const withHead = (bytes: number) => `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(bytes)}\r\ncontent-length: 0\r\n\r\n`
    for (const pieceBytes of [1, 1000, 99_999]) {
      expect(read(withHead(4000), full(), pieceBytes).states.at(-1)).toBe('whole')
      expect(read(withHead(5000), full(), pieceBytes).states.at(-1)).toBe('head_shed')
    }
  })

  test('there is more for others again as soon as one has ended', () => {
    const memory = new ResponseMemory(RESPONSE_BODY_BYTES_MAX)
    const text = HEAD + oneByteChunks(5000)
    const first = read(text, memory)
    const second = read(text, memory)
    expect(first.reader.body().length).toBe(5000)
    const kept = second.reader.body().length
    expect(kept).toBeGreaterThanOrEqual(1024)
    expect(kept).toBeLessThan(5000)
    first.reader.release()
    expect(read(text, memory).reader.body().length).toBe(5000)
    // What is kept is a beginning: what was left out is not followed by what came later.
    second.reader.push(Buffer.from('1\r\nz\r\n'))
    expect(second.reader.body().toString()).toBe('x'.repeat(kept))
  })
})

test('bytes that are kept are those that came, whatever the sizes of the pieces', () => {
  const kept = new KeptBytes({ memory: new ResponseMemory(), allowanceBytes: 10, bytesMax: 5000 })
  const all = Buffer.from(Array.from({ length: 6000 }, (_, nth) => nth % 251))
  let at = 0
  for (let size = 1; at < all.length; at += size++) {
    const piece = all.subarray(at, at + size)
    expect(kept.append(piece)).toBe(Math.max(Math.min(piece.length, 5000 - at), 0))
  }
  expect(kept.view().equals(all.subarray(0, 5000))).toBe(true)
})
