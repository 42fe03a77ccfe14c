import { expect, test } from 'vitest'
import { durationText, timeFrom, timeText } from './times.ts'

const NOW = Date.parse('2025-08-19T16:00:00.000Z')

test('a time is a date, a time with its zone, or how long ago', () => {
  expect(timeFrom('2025-08-19', NOW)).toBe('2025-08-19T00:00:00.000Z')
  expect(timeFrom('2025-08-19T16:00:00+02:00', NOW)).toBe('2025-08-19T14:00:00.000Z')
  expect(timeFrom('90m', NOW)).toBe('2025-08-19T14:30:00.000Z')
  expect(timeFrom('7d', NOW)).toBe('2025-08-12T16:00:00.000Z')
  expect(timeFrom('now', NOW)).toBe('2025-08-19T16:00:00.000Z')
})

test.each(['', 'yesterday', '1', '2025-13-45', '2025-08-19T16:00', '08/19/2025', '1w'])('%j is no time', (text) => {
  expect(() => timeFrom(text, NOW)).toThrow('A time is')
})

test('is read in seconds, and lengths in their own unit', () => {
  expect(timeText('2025-08-19T16:00:00.123Z')).toBe('2025-08-19 16:00:00')
  expect(timeText(null)).toBe('–')
  expect([0, 999, 1200, 2000, 100_000, 7_200_000, 300_000_000].map(durationText)).toEqual([
    '0 ms',
    '999 ms',
    '1.2 s',
    '2 s',
    '2 min',
    '2 h',
    '3 d',
  ])
})
