import type { ReceivedRequest } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { mergeReceived } from './merge-received.ts'

const request = (nth: number, verified: boolean | null = null) =>
  ({ id: `r${nth}`, receivedAt: new Date(1e12 + nth).toISOString(), verified }) as ReceivedRequest

test('what came over the stream stands before what was listed, once, the newest first', () => {
  const merged = mergeReceived([request(2, true), request(1)], [request(3), request(2)])
  expect(merged.map(({ id, verified }) => [id, verified])).toEqual([
    ['r3', null],
    ['r2', true],
    ['r1', null],
  ])
})

test('no more are shown than a receiver keeps', () => {
  const listed = Array.from({ length: 50 }, (_, nth) => request(49 - nth))
  const merged = mergeReceived(listed, [request(50)])
  expect([merged.length, merged[0]?.id, merged.at(-1)?.id]).toEqual([50, 'r50', 'r1'])
})
