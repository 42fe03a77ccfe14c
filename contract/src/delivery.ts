// Owns the delivery: one event for one subscription, over all its attempts.
import Type from 'typebox'
import { DELIVERY_STATUSES } from './delivery-status.ts'
import { EventSummary, SkippedWebhook } from './event.ts'
import { Count, Nullable, OpenObject, TextMap, Time, Uuid, Words } from './schema.ts'

export const Headers = TextMap()

const summary = {
  id: Uuid,
  webhookId: Uuid,
  subscriptionId: Nullable(Uuid, { description: 'null: a test send of a type that the webhook does not subscribe to' }),
  eventId: Type.String(),
  eventKey: Type.String(),
  status: Words(DELIVERY_STATUSES),
  attempts: Count('Attempts made so far'),
  requestMethod: Words(['POST']),
  createdAt: Time,
  updatedAt: Time,
  nextAttemptAt: Nullable(Time),
  lastError: Nullable(Type.String({ description: 'What went wrong at the last attempt, and what to do' })),
  responseStatus: Nullable(Type.Integer()),
}

/** As lists show it. */
export const DeliverySummary = Type.Object(summary)
export type DeliverySummary = Type.Static<typeof DeliverySummary>

/** With the request and the response of the last attempt. */
export const Delivery = Type.Object({
  ...summary,
  requestHeaders: Nullable(Headers, { description: 'Of the last attempt, without secrets; signatures are shown' }),
  requestBody: OpenObject({ description: 'The event as it is sent' }),
  responseBody: Nullable(Type.String({ description: 'The first 16 KiB' })),
})
export type Delivery = Type.Static<typeof Delivery>

/** `GET /v1/events/{id}`: the event with its deliveries. */
export const EventDetail = Type.Object({
  ...EventSummary.properties,
  data: OpenObject({ description: 'As it was published' }),
  deliveries: Type.Array(DeliverySummary, {
    description: 'The newest 250; `GET /v1/deliveries?eventId=` lists all of them',
  }),
  skipped: Type.Array(SkippedWebhook, {
    description:
      'The webhooks that did not get it, and why, as far as their present configuration tells: those that come closest first, at most 100',
  }),
})
export type EventDetail = Type.Static<typeof EventDetail>
