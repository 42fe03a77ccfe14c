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
            if (turns.waitMs('a') > 0) continue
            turns.take('a', perSecond)
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
    const turns = new Turns({ clock })
    expect(turns.waitMs('a')).toBe(0)
    turns.take('a', 4)
    expect(turns.waitMs('a')).toBe(250)
    await clock.advance(250)
    expect(turns.waitMs('a')).toBe(0)
  })

  test('are shared by the nodes in equal parts', () => {
    const turns = new Turns({ clock: new ManualClock(), standing: { nodes: () => 3 } })
    turns.take('a', 4)
    expect(turns.waitMs('a')).toBe(750)
  })

  test('of one webhook do not use up those of another', () => {
    const turns = new Turns({ clock: new ManualClock() })
    turns.take('a', 1)
    expect([turns.waitMs('a'), turns.waitMs('b')]).toEqual([1000, 0])
  })
})
