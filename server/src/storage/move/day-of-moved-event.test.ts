import { expect, test } from 'vitest'
import { formatUuidV7 } from '../../platform/random.ts'
import { DAY_MS, MOVED_DAY } from '../postgres/schema/day.ts'
import { dayOfMovedEvent } from './day-of-moved-event.ts'

const DAYS = new Set([100, 101, 102])
const idOf = (day: number, ms = 5) => formatUuidV7(day * DAY_MS + ms, 0, new Uint8Array(8))
const dayWith = (...ids: readonly string[]) => dayOfMovedEvent(100 * DAY_MS + 7, ids, DAYS)

test('an event without deliveries lies in the day on which it was accepted', () => {
  expect(dayWith()).toBe(100)
})

test('an event lies where the ids of its deliveries are looked up, also after midnight', () => {
  expect(dayWith(idOf(100), idOf(100, 9))).toBe(100)
  expect(dayWith(idOf(101), idOf(101))).toBe(101)
})

test('ids of different days, of an earlier one, of one without a partition, or no UUIDs leave the day of what was moved', () => {
  expect(dayWith(idOf(100), idOf(102))).toBe(MOVED_DAY)
  expect(dayWith(idOf(99))).toBe(MOVED_DAY)
  expect(dayWith(idOf(103))).toBe(MOVED_DAY)
  expect(dayWith('not-a-uuid')).toBe(MOVED_DAY)
})
