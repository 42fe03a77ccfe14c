import { expect, test } from 'vitest'
import { progressText } from './progress-text.ts'

const copy = (rowsDone: number, rowsTotal = 1000) => ({ step: 'copy', rowsDone, rowsTotal }) as const

test('says how much is done, how fast it goes and how long it still takes', () => {
  expect(progressText(copy(500), { rows: 100, ms: 1000 })).toBe('50 % copied, 100 rows/s, about 5 s left')
  expect(progressText({ ...copy(999), step: 'verify' }, { rows: 1, ms: 1000 })).toBe(
    '99 % verified, 1 rows/s, about 1 s left',
  )
})

test('longer times are told in minutes and hours', () => {
  expect(progressText(copy(0, 60_000), { rows: 100, ms: 1000 })).toContain('about 10 min left')
  expect(progressText(copy(0, 3_600_000), { rows: 100, ms: 1000 })).toContain('about 10.0 h left')
})

test('says no speed before there is one, and is done when there is nothing', () => {
  expect(progressText(copy(10), { rows: 0, ms: 0 })).toBe('1 % copied')
  expect(progressText(copy(0, 0), { rows: 0, ms: 5 })).toBe('100 % copied')
})
