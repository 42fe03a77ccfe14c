import type { Webhook, WebhookHealth } from '@getsupervisor/agents-studio-sdk'
import { expect, test } from 'vitest'
import { attentionOf, EXAMINED_MAX, toExamine } from './attention.ts'

const NOW = Date.parse('2026-11-29T12:00:00.000Z')
const NOTHING_WAITS = { oldestPendingAt: null }

/** What is looked at of a webhook. */
const webhook = (id: string, fields: Partial<Webhook> = {}): Webhook =>
  ({
    id,
    isActive: true,
    disabledReason: null,
    subscriptionCount: 1,
    lastDeliveryAt: '2026-11-29T11:00:00.000Z',
    ...fields,
  }) as Webhook

/** What is looked at of a health. */
const health = (webhookId: string, state: WebhookHealth['state']): WebhookHealth =>
  ({ webhookId, state, summary: state }) as WebhookHealth

const kinds = (...args: Parameters<typeof attentionOf>) => attentionOf(...args).map(({ kind }) => kind)

test('the worst comes first, and what does well is not there', () => {
  const webhooks = [
    webhook('paused', { isActive: false }),
    webhook('nothing', { subscriptionCount: 0 }),
    webhook('well'),
    webhook('failing'),
    webhook('gone', { isActive: false, disabledReason: 'gone' }),
  ]
  const healths = [health('failing', 'failing'), health('gone', 'disabled'), health('well', 'healthy')]
  expect(kinds(webhooks, healths, NOTHING_WAITS, NOW)).toEqual(['disabled', 'failing', 'unsubscribed', 'paused'])
})

test('what waits for long is told where nothing else explains it', () => {
  const waits = { oldestPendingAt: '2026-11-29T11:30:00.000Z' }
  expect(kinds([webhook('well')], [health('well', 'healthy')], waits, NOW)).toEqual(['late'])
  expect(kinds([webhook('bad')], [health('bad', 'failing')], waits, NOW)).toEqual(['failing'])
  expect(kinds([], [], { oldestPendingAt: '2026-11-29T11:55:00.000Z' }, NOW)).toEqual([])
})

test('those that the service disabled are examined first, then those that sent last, and not more than so many', () => {
  const many = Array.from({ length: EXAMINED_MAX }, (_, n) => webhook(`w${n}`))
  const silent = webhook('silent', { lastDeliveryAt: null })
  const late = webhook('late', { lastDeliveryAt: '2026-11-29T11:59:00.000Z' })
  const gone = webhook('gone', { isActive: false, disabledReason: 'gone', lastDeliveryAt: null })
  const examined = toExamine([silent, ...many, late, gone])
  expect(examined.slice(0, 2).map(({ id }) => id)).toEqual(['gone', 'late'])
  expect(examined.length).toBe(EXAMINED_MAX)
})
