// Owns the subscription as tools show it.
import type { Subscription } from '@getsupervisor/agents-studio-sdk'
import Type from 'typebox'
import { shownId } from './ids.ts'

export const ShownSubscription = Type.Object({
  subscriptionId: Type.String(),
  webhookId: Type.String(),
  eventKey: Type.String(),
  isActive: Type.Boolean(),
})
export type ShownSubscription = Type.Static<typeof ShownSubscription>

export function shownSubscription({ id, webhookId, eventKey, isActive }: Subscription): ShownSubscription {
  return {
    subscriptionId: shownId('subscription', id),
    webhookId: shownId('webhook', webhookId),
    eventKey,
    isActive,
  }
}
