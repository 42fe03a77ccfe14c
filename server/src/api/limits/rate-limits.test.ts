import { ROUTES } from '@timbre/contract/routes.ts'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../../test/support/manual-clock.ts'
import { limitClassOf, RateLimits, rateLimitHeaders } from './rate-limits.ts'

test('a workspace past the limit of one class is refused there and nowhere else', async () => {
  const clock = new ManualClock()
  const limits = new RateLimits(clock, { publish: 2, read: 0, manage: 1, test: 1 })
  const take = () => limits.take('ours', 'publish')
  for (let nth = 0; nth < 20; nth++) expect(take()?.retryAfterSeconds).toBeUndefined()
  expect(take()).toEqual({ quota: { limit: 20, remaining: 0, resetSeconds: 10 }, retryAfterSeconds: 1 })
  expect(limits.take('theirs', 'publish')?.retryAfterSeconds).toBeUndefined()
  expect(limits.take('ours', 'manage')?.retryAfterSeconds).toBeUndefined()
  expect(limits.take('ours', 'read')).toBeUndefined()
  await clock.advance(1000)
  expect(take()?.quota).toEqual({ limit: 20, remaining: 1, resetSeconds: 10 })
})

test('the headers are those of the draft', () => {
  const headers = rateLimitHeaders({ limit: 20, remaining: 3, resetSeconds: 9 })
  expect(headers).toEqual(['ratelimit-limit', '20', 'ratelimit-remaining', '3', 'ratelimit-reset', '9'])
})

test('routes are limited by what they do', () => {
  expect(limitClassOf(ROUTES.publishEvent)).toBe('publish')
  expect(limitClassOf(ROUTES.publishEventBatch)).toBe('publish')
  expect(limitClassOf(ROUTES.listEvents)).toBe('read')
  expect(limitClassOf(ROUTES.testWebhook)).toBe('test')
  expect(limitClassOf(ROUTES.createWebhook)).toBe('manage')
  expect(limitClassOf(ROUTES.deleteWebhook)).toBe('manage')
})
