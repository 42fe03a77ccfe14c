import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DISABLE_AFTER_HOURS_DEFAULT, evaluateHealth } from './webhook-health.ts'

const HOUR_MS = 3_600_000
const LIMIT_MS = DISABLE_AFTER_HOURS_DEFAULT * HOUR_MS

function after(hours: number, warnedPercent = 0) {
  return evaluateHealth({ failingSince: 1000, lastFailureAt: 1000 + hours * HOUR_MS, warnedPercent }, LIMIT_MS)
}

describe('a webhook that keeps failing', () => {
  test('is warned about at 50, 70 and 90 % of 120 hours, each once, and disabled at 100 %', () => {
    expect(after(59.9)).toBeUndefined()
    expect(after(60)).toEqual({ kind: 'failing', percent: 50 })
    expect(after(70, 50)).toBeUndefined()
    expect(after(84, 50)).toEqual({ kind: 'failing', percent: 70 })
    expect(after(108, 70)).toEqual({ kind: 'failing', percent: 90 })
    expect(after(119.9, 90)).toBeUndefined()
    expect(after(120, 90)).toEqual({ kind: 'disabled' })
  })

  test('gets the highest warning only when several became due at once', () => {
    expect(after(110)).toEqual({ kind: 'failing', percent: 90 })
  })

  test('is said to have recovered only when it had been warned about', () => {
    expect(evaluateHealth({ failingSince: null, lastFailureAt: 0, warnedPercent: 70 }, LIMIT_MS)).toEqual({
      kind: 'recovered',
    })
    expect(evaluateHealth({ failingSince: null, lastFailureAt: 0, warnedPercent: 0 }, LIMIT_MS)).toBeUndefined()
  })

  test('is never warned about less urgently than before, and never disabled before the limit', () => {
    const input = fc.record({
      failingSince: fc.nat(),
      lasted: fc.nat(2 * LIMIT_MS),
      warnedPercent: fc.constantFrom(0, 50, 70, 90),
    })
    fc.assert(
      fc.property(input, ({ failingSince, lasted, warnedPercent }) => {
        const verdict = evaluateHealth({ failingSince, lastFailureAt: failingSince + lasted, warnedPercent }, LIMIT_MS)
        expect(verdict?.kind === 'disabled').toBe(lasted >= LIMIT_MS)
        if (verdict?.kind === 'failing') expect(verdict.percent).toBeGreaterThan(warnedPercent)
      }),
    )
  })

  test('is left alone when the operator has set the limit to 0', () => {
    expect(evaluateHealth({ failingSince: 0, lastFailureAt: LIMIT_MS * 9, warnedPercent: 0 }, 0)).toBeUndefined()
  })
})
