import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketRange } from './bucket-range.ts'
import { ASKED_SIZES, MINUTE_MS } from './bucket-sizes.ts'

const NOW = Date.parse('2026-11-29T12:34:56.789Z')
const at = (text: string) => Date.parse(`2026-11-${text}Z`)

test('whole buckets, from that of since to that of until; now where nothing is said', () => {
  expect(bucketRange('1m', {}, NOW)).toEqual({ since: at('29T11:34:00.000'), until: at('29T12:35:00.000') })
  const asked = { since: at('28T10:20:30.000'), until: at('28T12:00:00.000') }
  expect(bucketRange('1h', asked, NOW)).toEqual({ since: at('28T10:00:00.000'), until: at('28T12:00:00.000') })
  expect(bucketRange('5m', asked, NOW)).toEqual({ since: at('28T10:20:00.000'), until: at('28T12:00:00.000') })
})

test('any question is about whole buckets that are kept, and none of the time to come', () => {
  const time = fc.integer({ min: 0, max: 2 * NOW })
  const bucket = fc.constantFrom('1m' as const, '5m' as const, '1h' as const, '1d' as const)
  fc.assert(
    fc.property(bucket, time, time, (size, one, other) => {
      const { ms } = ASKED_SIZES[size]
      const range = bucketRange(size, { since: Math.min(one, other), until: Math.max(one, other) + 1 }, NOW)
      expect([range.since % ms, range.until % ms]).toEqual([0, 0])
      expect(range.since).toBeLessThanOrEqual(range.until)
      expect(range.until).toBeLessThan(NOW + ms)
      expect((range.until - range.since) / MINUTE_MS).toBeLessThanOrEqual(401 * 24 * 60)
    }),
  )
})
