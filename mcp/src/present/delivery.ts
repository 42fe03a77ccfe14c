// Owns the delivery as tools show it: in a list, and with its event and its latest attempts.
import type { Attempt, Delivery, DeliverySummary } from '@getsupervisor/agents-studio-sdk'
import { DELIVERY_STATUSES } from '@timbre/contract/delivery-status.ts'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Untrusted, untrusted } from '../untrusted.ts'
import { ShownAttempt, shownAttempt } from './attempt.ts'
import { shownId } from './ids.ts'
import { plain } from './plain.ts'

const summary = {
  deliveryId: Type.String(),
  webhookId: Type.String(),
  eventId: Type.String(),
  eventKey: Type.String(),
  status: Words(DELIVERY_STATUSES),
  attempts: Type.Integer({ description: 'Attempts so far' }),
  responseStatus: Nullable(Type.Integer()),
  lastError: Nullable(Type.String({ description: 'What went wrong at the last attempt, and what to do' })),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  nextAttemptAt: Nullable(Type.String()),
}

export const ShownDelivery = Type.Object(summary)
export type ShownDelivery = Type.Static<typeof ShownDelivery>

export const DeliveryEvidence = Type.Object({
  ...summary,
  payload: Type.Unsafe<Untrusted>({ ...Untrusted, description: 'The event as it is sent' }),
  latestAttempts: Type.Array(ShownAttempt, { description: 'Newest first' }),
})
export type DeliveryEvidence = Type.Static<typeof DeliveryEvidence>

/** Attempts that are shown of one delivery. */
export const ATTEMPTS_SHOWN = 5
const PAYLOAD_LENGTH_MAX = 3000

export function shownDelivery(delivery: DeliverySummary): ShownDelivery {
  const { id, webhookId, eventId, eventKey, status, attempts } = delivery
  const { responseStatus, lastError, createdAt, updatedAt, nextAttemptAt } = delivery
  return {
    deliveryId: shownId('delivery', id),
    webhookId: shownId('webhook', webhookId),
    eventId,
    eventKey,
    status,
    attempts,
    responseStatus,
    lastError: plain(lastError),
    createdAt,
    updatedAt,
    nextAttemptAt,
  }
}

export function deliveryEvidence(delivery: Delivery, attempts: readonly Attempt[]): DeliveryEvidence {
  return {
    ...shownDelivery(delivery),
    payload: untrusted(JSON.stringify(delivery.requestBody), PAYLOAD_LENGTH_MAX),
    latestAttempts: attempts.slice(0, ATTEMPTS_SHOWN).map(shownAttempt),
  }
}
