import { expect, test } from 'vitest'
import { readRetention } from './retention-days.ts'

test('days are a whole number, nothing is the default, and anything else is a fault', () => {
  expect([' ', '0', ' 30 ', '3650'].map(readRetention)).toEqual([null, 0, 30, 3650])
  expect(['-1', '1.5', '3651', 'x'].map(readRetention)).toEqual([undefined, undefined, undefined, undefined])
})
