import { expect, test } from 'vitest'
import { byteText } from './byte-text.ts'

test('bytes have the unit in which they are a short number', () => {
  expect([0, 999, 1000, 5_368_709_120, -1_500_000].map((bytes) => byteText(bytes, 'en'))).toEqual([
    '0 byte',
    '999 byte',
    '1 kB',
    '5.4 GB',
    '-1.5 MB',
  ])
})
