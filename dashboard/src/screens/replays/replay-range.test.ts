import { expect, test } from 'vitest'
import { lastRange, rangeIn } from './replay-range.ts'

test('the fields of a range are read back as the times they were made of, to the minute', () => {
  const now = Date.parse('2026-01-02T03:04:05.678Z')
  expect(rangeIn(lastRange(now, 3_600_000))).toEqual({
    since: '2026-01-02T02:04:00.000Z',
    until: '2026-01-02T03:05:00.000Z',
  })
})

test('a range that ends before it begins is none', () => {
  expect(rangeIn({ since: '2026-01-02T03:04', until: '2026-01-02T03:04' })).toBeUndefined()
  expect(rangeIn({ since: '', until: '2026-01-02T03:04' })).toBeUndefined()
})
