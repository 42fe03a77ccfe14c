import { describe, expect, test } from 'vitest'
import { BELIEVED_AFTER_MS, trustedTime } from './trusted-time.ts'

const DAY_MS = 24 * 3_600_000
const IDLE = 30 * DAY_MS
const HOUR_MS = 3_600_000
const start = { now: 1000 * DAY_MS, monotonic: 5000 }
const LEAD = start.now - start.monotonic
const after = (passed: number, more = 0) => ({ now: start.now + passed + more, monotonic: start.monotonic + passed })

describe('a clock', () => {
  test('is believed that is not far past what the tables tell, or where they tell nothing', () => {
    expect(trustedTime(start, after(1000), LEAD, start.now - IDLE, IDLE)).toBe(start.now + 1000)
    expect(trustedTime(start, after(1000), LEAD, null, IDLE)).toBe(start.now + 1000)
  })

  test('that is far past it is not believed for a day, and then is', () => {
    const trace = start.now - IDLE - 1
    expect(trustedTime(start, after(0), LEAD, trace, IDLE)).toBeNull()
    expect(trustedTime(start, after(BELIEVED_AFTER_MS - 1), LEAD, trace, IDLE)).toBeNull()
    expect(trustedTime(start, after(BELIEVED_AFTER_MS), LEAD, trace, IDLE)).toBe(start.now + BELIEVED_AFTER_MS)
  })

  test('that jumps ahead is followed for an hour and no further', () => {
    expect(trustedTime(start, after(1000, 40 * DAY_MS), LEAD, start.now, IDLE)).toBe(start.now + 1000 + HOUR_MS)
  })

  test('that is set back is followed', () => {
    expect(trustedTime(start, after(1000, -DAY_MS), LEAD, start.now, IDLE)).toBe(start.now + 1000 - DAY_MS)
  })

  test('that was set back, and jumps ahead again, is followed for an hour from where it was set back to', () => {
    const behind = LEAD - 6 * HOUR_MS
    expect(trustedTime(start, after(1000, 15 * HOUR_MS), behind, start.now, IDLE)).toBe(start.now + 1000 - 5 * HOUR_MS)
  })
})
