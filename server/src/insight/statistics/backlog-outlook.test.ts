import { expect, test } from 'vitest'
import { drainSeconds, isRateLimited, type Outlook } from './backlog-outlook.ts'

const outlook = (fields: Partial<Outlook>): Outlook => ({
  pending: 100,
  waiting: 100,
  ended: 600,
  endedInMs: 300_000,
  rateLimitPerSecond: null,
  ...fields,
})

test('what is pending takes as long as the pace says, and no less than the rate limit allows', () => {
  expect(drainSeconds(outlook({}))).toBe(50)
  expect(drainSeconds(outlook({ rateLimitPerSecond: 1 }))).toBe(100)
  expect(drainSeconds(outlook({ rateLimitPerSecond: 50 }))).toBe(50)
})

test('nothing pending takes no time, and without an end in five minutes nobody knows', () => {
  expect(drainSeconds(outlook({ pending: 0, ended: 0 }))).toBe(0)
  expect(drainSeconds(outlook({ ended: 0 }))).toBeNull()
})

test('a webhook is rate limited while more waits than it lets through in a second', () => {
  expect(isRateLimited(outlook({ rateLimitPerSecond: 99 }))).toBe(true)
  expect(isRateLimited(outlook({ rateLimitPerSecond: 100 }))).toBe(false)
  expect(isRateLimited(outlook({}))).toBe(false)
})
