import { expect, test } from 'vitest'
import type { CandidateRow } from '../../storage/storage.ts'
import { skippedOfEvent } from './skipped-of-event.ts'

const AT = 1000
const WOULD_MATCH: CandidateRow = {
  webhookId: 'w',
  agentId: null,
  isActive: 1,
  isSubscriptionActive: 1,
  createdAt: 1,
  updatedAt: 1,
  subscribedAt: 1,
  subscriptionUpdatedAt: 1,
}
const reasons = (fields: Partial<CandidateRow>, reached: readonly string[] = []) =>
  skippedOfEvent({ acceptedAt: AT, agentId: 'a' }, [{ ...WOULD_MATCH, ...fields }], new Set(reached)).map(
    ({ reason }) => reason,
  )

test.each([
  ['no_subscription', { isSubscriptionActive: null, subscribedAt: null, subscriptionUpdatedAt: null }],
  ['no_subscription', { subscribedAt: AT + 1, subscriptionUpdatedAt: AT + 1 }],
  ['subscription_inactive', { isSubscriptionActive: 0 }],
  ['subscription_inactive', { subscriptionUpdatedAt: AT + 1 }],
  ['webhook_inactive', { isActive: 0 }],
  ['webhook_inactive', { updatedAt: AT + 1 }],
  ['other_agent', { agentId: 'b' }],
] as const)('tells %s from %j', (reason, fields) => {
  expect(reasons(fields)).toEqual([reason])
  expect(reasons(fields, ['w'])).toEqual([])
})

test('claims nothing of a webhook that was not there yet, nor of one that nothing tells about', () => {
  expect(reasons({ createdAt: AT + 1, updatedAt: AT + 1, subscribedAt: AT + 1 })).toEqual([])
  expect(reasons({})).toEqual([])
})
