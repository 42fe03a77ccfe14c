import type { CallDetail } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { axisOfCall, gapBefore, placeOn } from './call-axis.ts'

const at = (second: number) => new Date(1_000_000 + second * 1000).toISOString()
const events = [
  { createdAt: at(0), deliveries: [{ latestAttempts: [{ startedAt: at(1), durationMs: 500 }] }] },
  { createdAt: at(90), deliveries: [{ latestAttempts: [{ startedAt: at(91), durationMs: 9000 }] }] },
] as unknown as CallDetail['events']

test('the axis goes from the first event to the end of the last attempt', () => {
  const axis = axisOfCall({ signals: [], events })
  expect(axis).toEqual({ from: 1_000_000, to: 1_100_000 })
  expect([placeOn(axis, at(0)), placeOn(axis, at(50)), placeOn(axis, at(500))]).toEqual([0, 50, 100])
  expect(axisOfCall({ signals: [], events: [] })).toEqual({ from: 0, to: 1 })
})

test('the axis begins with the first signal, which comes before what follows from it', () => {
  const signals = [{ receivedAt: at(-5) }, { receivedAt: at(40) }] as unknown as CallDetail['signals']
  expect(axisOfCall({ signals, events })).toEqual({ from: 995_000, to: 1_100_000 })
})

test('a minute without an event is a gap', () => {
  expect([gapBefore(events, 0), gapBefore(events, 1)]).toEqual([undefined, 90_000])
  expect(gapBefore([{ createdAt: at(0) }, { createdAt: at(59) }], 1)).toBeUndefined()
})
