import { describe, expect, test } from 'vitest'
import { checkedNumber } from './checked-number.ts'

const RULE = { default: 300, min: 0, max: 1000 }

describe('an option that is a number', () => {
  test('is taken within its range, ends included, and has its default when it is left out', () => {
    expect([undefined, 0, 0.5, 1000].map((value) => checkedNumber('toleranceSeconds', value, RULE))).toEqual([
      300, 0, 0.5, 1000,
    ])
  })

  test.each([Number.NaN, Infinity, -Infinity, -1, 1001, '300', '', null, true, {}, [5], 5n])(
    'is refused by its name when it is %s',
    (value) => {
      expect(() => checkedNumber('toleranceSeconds', value, RULE)).toThrow(TypeError)
      expect(() => checkedNumber('toleranceSeconds', value, RULE)).toThrow(/^toleranceSeconds must be a number from 0/)
    },
  )

  test('is never repeated when it is a text: it may be a secret that was mixed up with it', () => {
    expect(() => checkedNumber('ttlMs', 'whsec_secret', { default: 1, min: 0 })).toThrow(
      'ttlMs must be a finite number, 0 or more, and is of type string.',
    )
  })
})
