// Owns the call as tools show it: in a list, and with its events and what became of each.
import type { Call, CallDelivery, CallDetail, CallEvent } from '@getsupervisor/agents-studio-sdk'
import { DeliveryCounts } from '@timbre/contract/call.ts'
import { Nullable } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Untrusted, untrusted, untrustedOrNull } from '../untrusted.ts'
import { BriefAttempt, briefAttempt } from './attempt.ts'
import { ShownDelivery, shownDelivery } from './delivery.ts'
import { CALL_ID_LENGTH_SHOWN, ShownEvent, shownEvent } from './event.ts'
import { fitting } from './page.ts'

const summary = {
  callId: Untrusted,
  status: Nullable(Untrusted, { description: 'The last known `data.call_status`' }),
  agentId: Nullable(Type.String()),
  fromNumber: Nullable(Untrusted),
  toNumber: Nullable(Untrusted),
  firstEventAt: Type.String(),
  lastEventAt: Type.String(),
  eventCount: Type.Integer(),
  eventCountIsExact: Type.Boolean(),
  deliveries: Nullable(DeliveryCounts, { description: 'By status; null: too many to be counted' }),
}

export const ShownCall = Type.Object(summary)
export type ShownCall = Type.Static<typeof ShownCall>

const EventOfCall = Type.Object({
  ...ShownEvent.properties,
  callStatus: Nullable(Untrusted),
  deliveries: Type.Array(Type.Object({ ...ShownDelivery.properties, lastAttempt: Nullable(BriefAttempt) }), {
    description: 'Oldest first',
  }),
})

export const CallEvidence = Type.Object({
  ...summary,
  events: Type.Array(EventOfCall, { description: 'In the order in which they were published' }),
  omittedEvents: Type.Integer({ description: '`list_events` with `callId` has them' }),
  omittedDeliveries: Type.Integer({ description: 'Of the events shown; `list_deliveries` with `eventId` has them' }),
})
export type CallEvidence = Type.Static<typeof CallEvidence>

const STATUS_LENGTH_MAX = 100
const NUMBER_LENGTH_MAX = 100
const DELIVERIES_OF_EACH = 4
const EVENTS_LENGTH_MAX = 22_000

export function shownCall(call: Call): ShownCall {
  const { callId, status, agentId, fromNumber, toNumber, firstEventAt, lastEventAt } = call
  const { eventCount, eventCountIsExact, deliveries } = call
  return {
    callId: untrusted(callId, CALL_ID_LENGTH_SHOWN),
    status: untrustedOrNull(status, STATUS_LENGTH_MAX),
    agentId,
    fromNumber: untrustedOrNull(fromNumber, NUMBER_LENGTH_MAX),
    toNumber: untrustedOrNull(toNumber, NUMBER_LENGTH_MAX),
    firstEventAt,
    lastEventAt,
    eventCount,
    eventCountIsExact,
    deliveries,
  }
}

export function callEvidence(call: CallDetail): CallEvidence {
  const { shown, omitted } = fitting(call.events.map(eventOfCall), EVENTS_LENGTH_MAX)
  const shownDeliveries = shown.reduce((sum, { deliveries }) => sum + deliveries.length, 0)
  const allDeliveries = shown.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0)
  return {
    ...shownCall(call),
    events: shown,
    omittedEvents: call.omitted.events + omitted,
    omittedDeliveries: allDeliveries - shownDeliveries,
  }
}

function eventOfCall(event: CallEvent): Type.Static<typeof EventOfCall> {
  return {
    ...shownEvent(event),
    callStatus: untrustedOrNull(event.callStatus, STATUS_LENGTH_MAX),
    deliveries: event.deliveries.slice(0, DELIVERIES_OF_EACH).map(deliveryOfCall),
  }
}

function deliveryOfCall(delivery: CallDelivery) {
  const last = delivery.latestAttempts.at(-1)
  return { ...shownDelivery(delivery), lastAttempt: last === undefined ? null : briefAttempt(last) }
}
