import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectedWaitMs, nextRate, type Pressure, retryAfterSeconds, shortage } from './admission.ts'

const QUIET: Pressure = {
  requests: 0,
  events: 0,
  writingEvents: 0,
  writingMs: 0,
  eventsPerMs: 10,
  loopDelayMs: 1,
}
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const rate = fc.double({ min: 0.001, max: 1000, noNaN: true })
const pressure = fc
  .record({
    requests: fc.nat(10_000),
    events: fc.nat(100_000),
    writingEvents: fc.nat(1000),
    writingMs: fc.nat(60_000),
    eventsPerMs: rate,
    loopDelayMs: fc.nat(1000),
  })
  .map((drawn) => ({ ...drawn, events: drawn.events + drawn.writingEvents }))

describe('a publish request', () => {
  test('is admitted by an empty queue, however slow the disk and however busy the loop', () => {
    fc.assert(
      fc.property(pressure, (drawn) => {
        const empty = { ...drawn, requests: 0, events: 0, writingEvents: 0 }
        expect(shortage(empty)).toBeUndefined()
      }),
    )
  })

  test('is refused when it would wait longer than 150 ms for the disk', () => {
    expect(shortage({ ...QUIET, events: 1500 })).toBeUndefined()
    expect(shortage({ ...QUIET, events: 1501 })).toBe('disk')
  })

  test('is refused while a commit has been under way for over half a second and others wait behind it', () => {
    const stalled = { ...QUIET, events: 400, writingEvents: 300 }
    expect(shortage({ ...stalled, writingMs: 500 })).toBeUndefined()
    expect(shortage({ ...stalled, writingMs: 501 })).toBe('disk')
  })

  test('is not refused for one slow commit that it alone would wait behind', () => {
    expect(shortage({ ...QUIET, events: 31, writingEvents: 10, writingMs: 5000 })).toBeUndefined()
  })

  test('is refused when the loop takes too long to come round, unless publishers have no more than 64 requests under way', () => {
    const slow = { ...QUIET, requests: 64, events: 64, loopDelayMs: 6.1 }
    expect(shortage(slow)).toBe('processor')
    expect(shortage({ ...slow, loopDelayMs: 6 })).toBeUndefined()
    expect(shortage({ ...slow, requests: 63, events: 63, loopDelayMs: 1000 })).toBeUndefined()
  })

  test('that is refused would be refused under more pressure as well', () => {
    fc.assert(
      fc.property(pressure, fc.nat(1000), (before, more) => {
        if (shortage(before) === undefined) return
        const { requests, events, writingMs, loopDelayMs } = before
        const worse = {
          ...before,
          requests: requests + more,
          events: events + more,
          writingMs: writingMs + more,
          loopDelayMs: loopDelayMs + more,
        }
        expect(shortage(worse)).toBeDefined()
      }),
    )
  })
})

describe('the measured rate', () => {
  test('stays between what it was and what the commit managed', () => {
    fc.assert(
      fc.property(
        rate,
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(10_000),
        fc.boolean(),
        (before, count, ms, wasBusy) => {
          const measured = count / Math.max(ms, 0.01)
          const after = nextRate(before, { count, tookMs: ms, wasBusy })
          expect(after).toBeGreaterThanOrEqual(Math.min(before, measured) - 1e-9)
          expect(after).toBeLessThanOrEqual(Math.max(before, measured) + 1e-9)
        },
      ),
    )
  })

  test('is not lowered by small commits that nobody waited behind', () => {
    expect(nextRate(10, { count: 1, tookMs: 1, wasBusy: false })).toBe(10)
    expect(nextRate(10, { count: 1, tookMs: 1, wasBusy: true })).toBeLessThan(10)
  })

  test('follows a disk that has become slow within three seconds of its commits', () => {
    let perMs = 20
    for (let ms = 0; ms < 3000; ms += 100) perMs = nextRate(perMs, { count: 100, tookMs: 100, wasBusy: true })
    expect(perMs).toBeLessThan(2)
    expect(expectedWaitMs({ ...QUIET, events: 1000, eventsPerMs: perMs })).toBeGreaterThan(500)
  })
})

describe('Retry-After', () => {
  test('is a whole number of seconds from 1 to 30', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), rate, chance, (refused, perMs, luck) => {
        const seconds = retryAfterSeconds(refused, perMs, luck)
        expect(Number.isInteger(seconds)).toBe(true)
        expect(seconds).toBeGreaterThanOrEqual(1)
        expect(seconds).toBeLessThanOrEqual(30)
      }),
    )
  })

  test('spreads those refused over the time that accepting them takes', () => {
    const asked = [0, 0.25, 0.5, 0.75].map((luck) => retryAfterSeconds(16_000, 2, luck))
    expect(asked).toEqual([1, 3, 5, 7])
    expect(retryAfterSeconds(10, 2, 0.99)).toBe(1)
  })
})
