// Owns the event: what a platform publishes, and the envelope that receivers get (seed: "Notificaciones que enviaremos").
import Type from 'typebox'
import { EventKey } from './event-type.ts'
import { EVENT_ID_PATTERN } from './ids.ts'
import { Closed, Count, IdInput, Nullable, OpenObject, Time, Uuid, Words } from './schema.ts'

export const EVENT_BODY_BYTES_MAX = 256 * 1024
export const EVENT_BATCH_BYTES_MAX = 8 * 1024 * 1024
export const EVENT_BATCH_SIZE_MAX = 1000
/** Deeper JSON than this has no use and is a way to exhaust a receiver's parser. */
export const EVENT_DATA_DEPTH_MAX = 64
export const CALL_ID_LENGTH_MAX = 256

export const EventId = Type.String({
  description: 'Always shown prefixed',
  examples: ['evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'],
})

export const EventPublish = Closed({
  type: EventKey,
  data: OpenObject({
    description:
      "Checked against the type's schema, numbers as IEEE 754 doubles; reaches receivers byte for byte. No object has a name twice.",
  }),
  agentId: Type.Optional(Nullable(IdInput('agent'))),
  id: Type.Optional(
    Type.String({ pattern: EVENT_ID_PATTERN, description: 'A repeated id is accepted as a duplicate and sent once' }),
  ),
  createdAt: Type.Optional(Type.String({ format: 'date-time', description: 'Omitted: now' })),
})
export type EventPublish = Type.Static<typeof EventPublish>

export const EventPublishBatch = Closed({
  events: Type.Array(EventPublish, { minItems: 1, maxItems: EVENT_BATCH_SIZE_MAX }),
})
export type EventPublishBatch = Type.Static<typeof EventPublishBatch>

export const SKIP_REASONS = ['no_subscription', 'subscription_inactive', 'webhook_inactive', 'other_agent'] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export const SkippedWebhook = Type.Object({
  webhookId: Uuid,
  reason: Words(SKIP_REASONS, {
    description:
      '`no_subscription`: it does not subscribe to the type; `subscription_inactive`, `webhook_inactive`: one of the two is not active; `other_agent`: its `agentId` is not that of the event',
  }),
})
export type SkippedWebhook = Type.Static<typeof SkippedWebhook>

export const AcceptedEvent = Type.Object({
  id: EventId,
  type: Type.String(),
  createdAt: Time,
  duplicate: Type.Boolean({ description: 'true: this id was accepted before and nothing is sent again' }),
  deliveryCount: Count('Deliveries that this event has: one for each subscription that matched. 0: `skipped` says why'),
  agentId: Nullable(Uuid, {
    description: 'The agent of the event: `agentId`, else `data.agent_id` where that is a UUID',
  }),
  skipped: Type.Optional(
    Type.Array(SkippedWebhook, {
      description:
        'Where nothing matched: why each webhook does not get it, those that come closest first, at most 20 of an event and 1000 of a request. Empty: the workspace has no webhook',
    }),
  ),
})
export type AcceptedEvent = Type.Static<typeof AcceptedEvent>

export const AcceptedEventBatch = Type.Object({ data: Type.Array(AcceptedEvent) })
export type AcceptedEventBatch = Type.Static<typeof AcceptedEventBatch>

/** The four required fields of every notification (seed). */
export interface EventEnvelope {
  readonly id: string
  readonly type: string
  readonly created_at: string
  readonly data: Record<string, unknown>
}

const summary = {
  id: EventId,
  type: Type.String(),
  agentId: Nullable(Type.String({ format: 'uuid' })),
  callId: Nullable(Type.String()),
  createdAt: Time,
  deliveryCount: Count('Deliveries that it has'),
  isTest: Type.Boolean({
    description:
      'true: a test send made it, for one webhook. It says nothing of its call, and no replay sends it again',
  }),
}

export const EventSummary = Type.Object(summary)
export type EventSummary = Type.Static<typeof EventSummary>
