import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

const POLICY = { perSecond: 10, burst: 20 }

test('a burst may be spent at once, then as much as is earned', () => {
  const bucket = new TokenBucket(POLICY, 0)
  const take = (now: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length
  expect(take(0, 30)).toBe(20)
  expect(take(50, 5)).toBe(0)
  expect(take(1000, 30)).toBe(10)
  expect(take(100_000, 30)).toBe(20)
})

test('never gives more than the burst and what was earned since, however it is asked', () => {
  const policy = fc.record({ perSecond: fc.integer({ min: 1, max: 1000 }), burst: fc.integer({ min: 1, max: 1000 }) })
  fc.assert(
    fc.property(policy, fc.array(fc.nat(2000), { maxLength: 200 }), ({ perSecond, burst }, steps) => {
      const bucket = new TokenBucket({ perSecond, burst }, 0)
      let now = 0
      let taken = 0
      for (const step of steps) {
        now += step
        if (bucket.take(now)) taken++
        expect(taken).toBeLessThanOrEqual(burst + (now * perSecond) / 1000 + 1e-6)
      }
    }),
  )
})

test('says how much is left, when one comes back and when all are there again', () => {
  const bucket = new TokenBucket(POLICY, 0)
  expect(bucket.quota(0)).toEqual({ limit: 20, remaining: 20, resetSeconds: 0 })
  for (let nth = 0; nth < 20; nth++) bucket.take(0)
  expect(bucket.quota(0)).toEqual({ limit: 20, remaining: 0, resetSeconds: 2 })
  expect(bucket.waitMs(0)).toBe(100)
  expect(bucket.waitMs(60)).toBeCloseTo(40)
  expect(bucket.waitMs(100)).toBe(0)
})

test('a debt is paid off by waiting, and forgiven beyond a bound', () => {
  const bucket = new TokenBucket(POLICY, 0)
  expect(bucket.overdraw(0, 15)).toBe(0)
  expect(bucket.overdraw(0, 10)).toBe(500)
  bucket.overdraw(0, 1000)
  bucket.forgive(30)
  expect(bucket.overdraw(0, 0)).toBe(3000)
})
