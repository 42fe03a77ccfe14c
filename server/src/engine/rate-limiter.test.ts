import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { RateLimiter } from './rate-limiter.ts'

describe('the rate limiter', () => {
  test('let no second hold more than the limit and one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }),
        async (perSecond, waits) => {
          const clock = new ManualClock()
          const limiter = new RateLimiter({ clock })
          const takenAt: number[] = []
          for (const waitMs of waits) {
            await clock.advance(waitMs)
            if (limiter.waitMs('a', perSecond) > 0) continue
            limiter.take('a', perSecond)
            takenAt.push(clock.now())
          }
          for (const start of takenAt) {
            expect(takenAt.filter((at) => at >= start && at < start + 1000).length).toBeLessThanOrEqual(perSecond + 1)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  test('come when they said they would', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ clock })
    expect(limiter.waitMs('a', 4)).toBe(0)
    limiter.take('a', 4)
    expect(limiter.waitMs('a', 4)).toBe(250)
    await clock.advance(250)
    expect(limiter.waitMs('a', 4)).toBe(0)
  })

  test('are shared by the nodes in equal parts', () => {
    const limiter = new RateLimiter({ clock: new ManualClock(), membership: { nodes: () => 3 } })
    limiter.take('a', 4)
    expect(limiter.waitMs('a', 4)).toBe(750)
  })

  test('of one webhook do not use up those of another', () => {
    const limiter = new RateLimiter({ clock: new ManualClock() })
    limiter.take('a', 1)
    expect([limiter.waitMs('a', 1), limiter.waitMs('b', 1)]).toEqual([1000, 0])
  })

  test('that were changed hold from the next start on, counted from the last one', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ clock })
    limiter.take('a', 1)
    await clock.advance(100)
    expect([limiter.waitMs('a', 1), limiter.waitMs('a', 4), limiter.waitMs('a', 50)]).toEqual([900, 150, 0])
  })
})
