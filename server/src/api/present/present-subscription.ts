// Owns how a subscription is shown.
import type { Subscription } from '@timbre/contract/subscription.ts'
import type { SubscriptionRow } from '../../storage/storage.ts'
import { isoTime } from './iso-time.ts'

export function presentSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    webhookId: row.webhookId,
    eventKey: row.eventKey,
    isActive: row.isActive,
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  }
}
