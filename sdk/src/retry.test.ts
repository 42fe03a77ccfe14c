import { expect, test } from 'vitest'
import { ServerError } from './errors.ts'
import { retryDelayMs } from './retry.ts'

const error = new ServerError({ code: 'INTERNAL', status: 500, message: '' })

test('the wait before a retry doubles up to a minute and never passes what a timer can take', () => {
  const retry = { maxRetries: 100, baseDelayMs: 300 }
  const waits = Array.from({ length: 100 }, (_, index) => retryDelayMs(error, index + 1, retry, 1))
  expect(waits.slice(0, 9)).toEqual([300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 60_000])
  expect(waits.at(-1)).toBe(60_000)
})

test('the wait before a retry is at least what the caller asked for as its first', () => {
  expect(retryDelayMs(error, 5, { maxRetries: 5, baseDelayMs: 90_000 }, 1)).toBe(90_000)
})
