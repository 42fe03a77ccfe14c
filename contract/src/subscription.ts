// Owns the subscription: which event type a webhook wants (seed).
import Type from 'typebox'
import { EventKey } from './event-type.ts'
import { Closed, Time, Uuid } from './schema.ts'

export const SubscriptionCreate = Closed({
  eventKey: EventKey,
  isActive: Type.Optional(Type.Boolean({ description: 'Omitted: true' })),
})
export type SubscriptionCreate = Type.Static<typeof SubscriptionCreate>

export const SubscriptionUpdate = Closed({ isActive: Type.Optional(Type.Boolean()) })
export type SubscriptionUpdate = Type.Static<typeof SubscriptionUpdate>

export const Subscription = Type.Object({
  id: Uuid,
  webhookId: Uuid,
  eventKey: Type.String(),
  isActive: Type.Boolean(),
  createdAt: Time,
  updatedAt: Time,
})
export type Subscription = Type.Static<typeof Subscription>

export const SUBSCRIPTION_EXAMPLE = {
  id: '01990f2e-6788-7c02-8d1e-5b7f90a1c2e4',
  webhookId: '01990f2e-5400-7b31-9c4d-2f6a8e1b0c3d',
  eventKey: 'call.status.updated',
  isActive: true,
  createdAt: '2025-08-19T16:00:05.000Z',
  updatedAt: '2025-08-19T16:00:05.000Z',
} as const satisfies Subscription
