import { describe, expect, test } from 'vitest'
import { isWithinBudget, median, percentile, spread } from './measurement.ts'

describe('a measurement', () => {
  test('is its median, which one outlier does not move', () => {
    expect(median([3, 1000, 1])).toBe(3)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(spread([3, 1000, 1])).toEqual({ min: 1, max: 1000 })
  })

  test('gives percentiles of values in any order', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(percentile(values, 0.5)).toBe(51)
    expect(percentile(values, 0.99)).toBe(100)
    expect(percentile([], 0.5)).toBeNaN()
  })

  test('keeps its budget by the median, and not at all where nothing could be measured', () => {
    const ratio = { name: 'ratio', unit: '×', budget: { atLeast: 0.7 } }
    expect(isWithinBudget({ ...ratio, values: [0.1, 0.7, 0.9] })).toBe(true)
    expect(isWithinBudget({ ...ratio, values: [0.1, 0.69, 0.9] })).toBe(false)
    expect(isWithinBudget({ ...ratio, values: [] })).toBe(false)
    expect(isWithinBudget({ name: 'time', unit: 'ms', values: [6], budget: { atMost: 5 } })).toBe(false)
    expect(isWithinBudget({ name: 'time', unit: 'ms', values: [6] })).toBeUndefined()
  })
})
