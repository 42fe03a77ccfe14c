import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BIN_BOUNDS_MS, binOf, quantilesOf } from './latency-bins.ts'

test('each bound is the last that its bin counts', () => {
  for (const [bin, bound] of BIN_BOUNDS_MS.entries()) {
    expect(binOf(bound)).toBe(bin)
    if (bin < BIN_BOUNDS_MS.length - 1) expect(binOf(bound * 1.0001)).toBe(bin + 1)
  }
  expect([binOf(0), binOf(0.05), binOf(9e9)]).toEqual([0, 0, BIN_BOUNDS_MS.length - 1])
})

test('the bounds are those that the tables were counted by', () => {
  const rounded = [0, 4, 40, 69, 95].map((bin) => Math.round((BIN_BOUNDS_MS[bin] ?? 0) * 1000) / 1000)
  expect(rounded).toEqual([0.1, 0.2, 102.4, 15587.175, 1410790.079])
})

test('a quantile is within 9.1 % of the true one', () => {
  const ms = fc.double({ min: 0.2, max: 1_000_000, noNaN: true })
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 200 }), fc.constantFrom(0.5, 0.95, 0.99), (all, fraction) => {
      const counts = BIN_BOUNDS_MS.map((_, bin) => all.filter((each) => binOf(each) === bin).length)
      const truth = all.toSorted((a, b) => a - b)[Math.ceil(fraction * all.length) - 1] ?? Number.NaN
      const ratio = (quantilesOf(counts, all.length, [fraction])[0] ?? Number.NaN) / truth
      // It is rounded to a hundredth of a millisecond.
      expect(ratio).toBeGreaterThan(1 / 1.091 - 0.006 / truth)
      expect(ratio).toBeLessThan(1.091 + 0.006 / truth)
    }),
  )
})

test('of nothing there is no quantile', () => {
  expect(quantilesOf([0, 0], 0, [0.5, 0.99])).toEqual([])
})
