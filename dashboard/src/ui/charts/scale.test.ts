import { expect, test } from 'vitest'
import { axisEnd, logPlace, mirrorScale } from './scale.ts'

test('an axis ends at the next round number', () => {
  expect([0, 1, 2, 3, 7, 10, 11, 480, 999].map(axisEnd)).toEqual([1, 1, 2, 5, 10, 10, 20, 500, 1000])
})

test('on a logarithmic axis each order of magnitude has the same room, and nothing is outside', () => {
  expect(logPlace(10, 1, 100)).toBeCloseTo(0.5)
  expect([logPlace(0, 1, 100), logPlace(1, 1, 100), logPlace(100, 1, 100), logPlace(9e9, 1, 100)]).toEqual([0, 0, 1, 1])
  expect(logPlace(5, 5, 5)).toBe(0)
})

test('what went wrong is seen beside much that went well, and takes no room where nothing did', () => {
  expect(mirrorScale([{ up: 950, down: 3 }])).toEqual({ upEnd: 1000, downEnd: 250 })
  expect(mirrorScale([{ up: 3, down: 950 }])).toEqual({ upEnd: 5, downEnd: 1000 })
  expect(mirrorScale([{ up: 3, down: 0 }])).toEqual({ upEnd: 5, downEnd: 0 })
  expect(mirrorScale([])).toEqual({ upEnd: 1, downEnd: 0 })
})
