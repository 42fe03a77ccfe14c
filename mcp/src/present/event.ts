// Owns the event as tools show it: in a list, and with its data, its deliveries and who did not get it.
import type { EventDetail, EventSummary, SkippedWebhook } from '@getsupervisor/agents-studio-sdk'
import { SKIP_REASONS, type SkipReason } from '@timbre/contract/event.ts'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Untrusted, untrusted, untrustedOrNull } from '../untrusted.ts'
import { ShownDelivery, shownDelivery } from './delivery.ts'
import { shownId } from './ids.ts'
import { fitting } from './page.ts'

const summary = {
  eventId: Type.String(),
  type: Type.String(),
  callId: Nullable(Untrusted, { description: '`data.call_id`' }),
  agentId: Nullable(Type.String()),
  createdAt: Type.String(),
  deliveryCount: Type.Integer(),
}

export const ShownEvent = Type.Object(summary)
export type ShownEvent = Type.Static<typeof ShownEvent>

const Skipped = Type.Object({
  webhookId: Type.String(),
  reason: Words(SKIP_REASONS),
  means: Type.String({ description: 'Why it did not get the event, and what to do' }),
})

export const EventEvidence = Type.Object({
  ...summary,
  data: Type.Unsafe<Untrusted>({ ...Untrusted, description: 'The data as JSON' }),
  deliveries: Type.Array(ShownDelivery, { description: 'Newest first' }),
  omittedDeliveries: Type.Integer({ description: '`list_deliveries` with `eventId` has them' }),
  skipped: Type.Array(Skipped, { description: 'Webhooks that did not get it, the closest first' }),
  omittedSkipped: Type.Integer(),
})
export type EventEvidence = Type.Static<typeof EventEvidence>

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  no_subscription: 'It does not subscribe to this type. Subscribe it, then replay with only: missing.',
  subscription_inactive: 'Its subscription to this type is not active. Activate it, then replay with only: missing.',
  webhook_inactive: 'The webhook is not active. Activate it, then replay with only: missing.',
  other_agent: 'It takes events of another agent only.',
}

export const CALL_ID_LENGTH_SHOWN = 300
const DATA_LENGTH_MAX = 5000
const DELIVERIES_LENGTH_MAX = 8000
const SKIPPED_LENGTH_MAX = 4000

export function shownEvent({ id, type, callId, agentId, createdAt, deliveryCount }: EventSummary): ShownEvent {
  return {
    eventId: id,
    type,
    callId: untrustedOrNull(callId, CALL_ID_LENGTH_SHOWN),
    agentId,
    createdAt,
    deliveryCount,
  }
}

export function eventEvidence(event: EventDetail): EventEvidence {
  const deliveries = fitting(event.deliveries.map(shownDelivery), DELIVERIES_LENGTH_MAX)
  const skipped = fitting(event.skipped.map(shownSkipped), SKIPPED_LENGTH_MAX)
  return {
    ...shownEvent(event),
    data: untrusted(JSON.stringify(event.data), DATA_LENGTH_MAX),
    deliveries: deliveries.shown,
    omittedDeliveries: event.deliveryCount - deliveries.shown.length,
    skipped: skipped.shown,
    omittedSkipped: skipped.omitted,
  }
}

function shownSkipped({ webhookId, reason }: SkippedWebhook) {
  return { webhookId: shownId('webhook', webhookId), reason, means: SKIP_WORDS[reason] }
}
