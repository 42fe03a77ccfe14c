import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { Turns } from './turns.ts'

describe('turns', () => {
  test('let no second hold more than the limit and one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(400), { minLength: 1, maxLength: 60 }),
        async (perSecond, waits) => {
          const clock = new ManualClock()
          const turns = new Turns({ clock })
          const takenAt: number[] = []
          for (const waitMs of waits) {
            await clock.advance(waitMs)
            if (turns.take('a', perSecond) === 0) takenAt.push(clock.now())
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
    const turns = new Turns({ clock })
    expect(turns.take('a', 4)).toBe(0)
    const waitMs = turns.take('a', 4)
    expect(waitMs).toBe(250)
    await clock.advance(waitMs)
    expect(turns.take('a', 4)).toBe(0)
  })

  test('are shared by the nodes in equal parts', () => {
    const turns = new Turns({ clock: new ManualClock(), standing: { nodes: () => 3 } })
    expect(turns.take('a', 4)).toBe(0)
    expect(turns.take('a', 4)).toBe(750)
  })

  test('of one webhook do not use up those of another', () => {
    const turns = new Turns({ clock: new ManualClock() })
    expect([turns.take('a', 1), turns.take('b', 1)]).toEqual([0, 0])
  })
})
