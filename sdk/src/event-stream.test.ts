import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventFrame, EventStreamParser } from './event-stream.ts'

function read(...pieces: readonly string[]): EventFrame[] {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.read(piece))
}

test('reads the fields of a frame as the standard says', () => {
  expect(read('id: 1\nevent: delivery\ndata: {"a":1}\n\n')).toEqual([
    { id: '1', event: 'delivery', data: '{"a":1}', retryMs: undefined },
  ])
  expect(read('data:a\ndata: b\nother: c\ndata\n\n')[0]?.data).toBe('a\nb\n')
  expect(read('data:  two spaces\n\n')[0]?.data).toBe(' two spaces')
  expect(read('retry: 1500\nid: x\n\n')).toEqual([{ id: 'x', event: 'message', data: undefined, retryMs: 1500 }])
  expect(read('retry: soon\nid: with\0nul\ndata: a\n\n')).toEqual([
    { id: undefined, event: 'message', data: 'a', retryMs: undefined },
  ])
})

test('gives no frame for a comment, nor for one that has not ended', () => {
  expect(read(':\n\n', ': still here\n\n', '\n\n')).toEqual([])
  expect(read('id: 1\ndata: a\n')).toEqual([])
})

test('reads the same however the text is cut, and whatever ends its lines', () => {
  const field = fc.constantFrom('id: 7', 'event: gap', 'data: {"x":"ñ🔔"}', 'data', ': beat', 'retry: 9', 'nonsense')
  const frame = fc.array(field, { minLength: 1, maxLength: 5 })
  const cuts = fc.array(fc.nat(200), { maxLength: 8 })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 6 }), cuts, fc.constantFrom('\n', '\r\n'), (frames, places, end) => {
      const text = frames.map((lines) => lines.map((line) => line + end).join('') + end).join('')
      const sorted = [...new Set(places.map((place) => Math.min(place, text.length)))].toSorted((a, b) => a - b)
      const pieces = [0, ...sorted].map((from, nth) => text.slice(from, sorted[nth] ?? text.length))
      expect(read(...pieces)).toEqual(read(text))
      expect(read(text.replaceAll('\r\n', '\n'))).toEqual(read(text))
    }),
  )
})
