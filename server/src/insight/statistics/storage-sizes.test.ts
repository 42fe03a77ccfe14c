import { expect, test } from 'vitest'
import { measuredSizes, storageGrowth } from './storage-sizes.ts'

const HOUR_MS = 3_600_000
const NOW = Date.parse('2026-11-29T12:20:00.000Z')
const noon = Date.parse('2026-11-29T12:00:00.000Z')

test('growth is what was added since the first measurement, for a day', () => {
  const sizes = measuredSizes([
    { at: noon - HOUR_MS, cells: '{"bytes":1500}' },
    { at: NOW - 12 * HOUR_MS, cells: '{"bytes":1000}' },
  ])
  expect(storageGrowth(sizes, { at: NOW, bytes: 3000 }, 8000)).toEqual({
    bytesPerDay: 4000,
    measuredSince: NOW - 12 * HOUR_MS,
    daysLeft: 2,
  })
})

test('of what shrinks, or of a disk that nobody here knows, no end is foretold', () => {
  const sizes = [{ at: NOW - 24 * HOUR_MS, bytes: 1000 }]
  expect(storageGrowth(sizes, { at: NOW, bytes: 900 }, 8000)).toMatchObject({ bytesPerDay: -100, daysLeft: null })
  expect(storageGrowth(sizes, { at: NOW, bytes: 1100 }, null)).toMatchObject({ bytesPerDay: 100, daysLeft: null })
})

test('within an hour nothing is said of growth', () => {
  expect(storageGrowth([{ at: noon, bytes: 1 }], { at: NOW, bytes: 9 }, 10)).toEqual({
    bytesPerDay: null,
    measuredSince: noon,
    daysLeft: null,
  })
  expect(storageGrowth([], { at: NOW, bytes: 9 }, 10).measuredSince).toBeNull()
})
