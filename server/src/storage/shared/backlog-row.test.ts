// Owns the guarantee that enough of what is due is counted to tell that a rate limit holds it back.
import { WebhookCreate } from '@timbre/contract/webhook.ts'
import { expect, test } from 'vitest'
import { dueMax } from './backlog-row.ts'

test('more is counted than the highest rate limit lets through in a second, and never more than was asked for', () => {
  const [limit] = WebhookCreate.properties.rateLimitPerSecond.anyOf
  const { maximum } = limit as { readonly maximum?: number } // its type does not say which bounds it was given
  expect(dueMax(5_000)).toBeGreaterThan(maximum ?? Number.POSITIVE_INFINITY)
  expect(dueMax(9)).toBe(9)
})
