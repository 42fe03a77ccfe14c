import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoTime } from './iso-time.ts'

test('a time is written as Date writes it, whatever was written before', () => {
  const time = fc.nat(253_402_300_799_999)
  fc.assert(
    fc.property(time, fc.nat(2000), (ms, before) => {
      isoTime(Math.max(ms - before, 0))
      expect(isoTime(ms)).toBe(new Date(ms).toISOString())
    }),
  )
})
