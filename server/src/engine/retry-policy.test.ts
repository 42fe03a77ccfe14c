import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  RETRY_AFTER_MS_MAX,
  RETRY_JITTER_DEFAULT,
  RETRY_SCHEDULE_SECONDS_DEFAULT,
  raisedSchedule,
  retryAfterMs,
  retryDelay,
} from './retry-policy.ts'

const policy = { scheduleSeconds: RETRY_SCHEDULE_SECONDS_DEFAULT, jitter: RETRY_JITTER_DEFAULT }
const HOUR_MS = 3_600_000
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the schedule', () => {
  test('of a webhook that was stored with shorter waits is raised when it is used, but for the first wait', () => {
    expect(raisedSchedule([0, 0, 1, 5, 60], 5)).toEqual([0, 5, 5, 5, 60])
    expect(raisedSchedule([0, 0], 0)).toEqual([0, 0])
  })

  test('is that of the contract: ten attempts over about 75 hours', () => {
    const delays = Array.from({ length: 9 }, (_, made) => retryDelay(policy, made + 1, null, 0.5))
    expect(delays.map((ms) => (ms ?? 0) / 1000)).toEqual([5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400])
    const total = RETRY_SCHEDULE_SECONDS_DEFAULT.reduce((sum, seconds) => sum + seconds, 0)
    expect((total * 1000) / HOUR_MS).toBeCloseTo(75.6, 1)
  })

  test('is used up after the last attempt, whatever the receiver asks for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 1000 }), fc.option(fc.nat()), chance, (made, asked, luck) => {
        expect(retryDelay(policy, made, asked, luck)).toBeNull()
      }),
    )
  })

  test('changes each delay by at most 20 % either way, and never below what Retry-After asks for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.option(fc.nat(2 ** 40)), chance, (made, asked, luck) => {
        const plain = (RETRY_SCHEDULE_SECONDS_DEFAULT[made] ?? 0) * 1000
        const floor = Math.min(asked ?? 0, RETRY_AFTER_MS_MAX)
        const delay = retryDelay(policy, made, asked, luck) ?? Number.NaN
        expect(delay).toBeGreaterThanOrEqual(Math.max(Math.floor(plain * 0.8), floor))
        expect(delay).toBeLessThanOrEqual(Math.max(Math.ceil(plain * 1.2), floor))
      }),
    )
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1)

  test('is read as seconds and as an HTTP date', () => {
    expect(retryAfterMs('120', now)).toBe(120_000)
    expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000)
    expect(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
  })

  test('that makes no sense is passed over', () => {
    for (const header of ['', '-5', '1.5', 'soon', '1e9', '2026-01-01T00:01:00Z', '99999999999999999999']) {
      expect(retryAfterMs(header, now)).toBeNull()
    }
    expect(retryAfterMs(undefined, now)).toBeNull()
  })

  test('never gives anything but null or a whole number of milliseconds from 0 on', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = retryAfterMs(header, now)
        expect(ms === null || (Number.isInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
