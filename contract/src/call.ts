// Owns the call: the events with one `data.call_id`, what became of them, and what a source said of it.
import Type from 'typebox'
import { Attempt } from './attempt.ts'
import { DeliverySummary } from './delivery.ts'
import { DELIVERY_STATUSES } from './delivery-status.ts'
import { CALL_ID_LENGTH_MAX, EventSummary } from './event.ts'
import { Closed, Count, Nullable, Time, Uuid, Words } from './schema.ts'
import { CALL_STATES, SOURCE_KINDS } from './source.ts'

export const CallParams = Closed({ callId: Type.String({ minLength: 1, maxLength: CALL_ID_LENGTH_MAX }) })

const OF_DATA = 'As the events say it'

export const DeliveryCounts = Type.Object(
  Object.fromEntries(DELIVERY_STATUSES.map((status) => [status, Count(`Deliveries that are \`${status}\``)])) as Record<
    (typeof DELIVERY_STATUSES)[number],
    ReturnType<typeof Count>
  >,
)
export type DeliveryCounts = Type.Static<typeof DeliveryCounts>

const summary = {
  callId: Type.String({ description: '`data.call_id` of its events' }),
  status: Nullable(Type.String(), {
    description:
      'The last known `data.call_status`, such as `registered`, `not_connected`, `ongoing`, `ended`, `error`; null: no event said one',
  }),
  state: Nullable(Words(CALL_STATES), {
    description: 'Where it stands by what its source said, which never goes back; null: no source told of it',
  }),
  provider: Nullable(Words(SOURCE_KINDS), {
    description: 'The provider that told of it; of several the one that was heard of last; null: none did',
  }),
  endReason: Nullable(Type.String(), {
    description:
      'Why it ended: the last known `data.disconnection_reason`, else `data.error_code`; null: no event said',
  }),
  signalCount: Count('What its source said of it, each message once; at most 1000'),
  agentId: Nullable(Uuid, { description: 'The agent of the first event that has one' }),
  fromNumber: Nullable(Type.String(), { description: `\`data.from_number\`. ${OF_DATA}` }),
  toNumber: Nullable(Type.String(), { description: `\`data.to_number\`. ${OF_DATA}` }),
  firstEventAt: Time,
  lastEventAt: Time,
  eventCount: Count('Its events, at most 1000'),
  eventCountIsExact: Type.Boolean({ description: 'false: it has more events than were counted' }),
  deliveries: Nullable(DeliveryCounts, {
    description: 'Deliveries of its events by status; null: they are too many to be counted here',
  }),
}

export const Call = Type.Object(summary)
export type Call = Type.Static<typeof Call>

const { requestHeaders: _, responseHeaders: __, responseBody: ___, ...attempt } = Attempt.properties

export const CallAttempt = Type.Object(attempt)
export type CallAttempt = Type.Static<typeof CallAttempt>

export const CallDelivery = Type.Object({
  ...DeliverySummary.properties,
  latestAttempts: Type.Array(CallAttempt, {
    description: 'The newest 10, oldest first; the attempts of the delivery have their headers and bodies',
  }),
})
export type CallDelivery = Type.Static<typeof CallDelivery>

export const CallEvent = Type.Object({
  ...EventSummary.properties,
  callStatus: Nullable(Type.String(), {
    description: '`data.call_status`; null: it has none, or was not read because the bodies of the call are large',
  }),
  deliveries: Type.Array(CallDelivery, { description: 'Oldest first' }),
})
export type CallEvent = Type.Static<typeof CallEvent>

/** What a source said of a call, as evidence. */
export const CallSignal = Type.Object({
  id: Uuid,
  sourceId: Uuid,
  callId: Nullable(Type.String(), { description: "The provider's id of the call; null: it is of none" }),
  event: Type.String({ description: "The provider's name of what happened" }),
  state: Nullable(Words(CALL_STATES), {
    description: 'Where the call stands by this message alone; null: it says nothing of that',
  }),
  occurredAt: Nullable(Time, { description: 'When it happened; null: the provider does not say' }),
  receivedAt: Time,
  payload: Type.String({ description: 'The beginning of what came: 4096 characters' }),
})
export type CallSignal = Type.Static<typeof CallSignal>

export const CallDetail = Type.Object({
  ...summary,
  signals: Type.Array(CallSignal, {
    description: 'What its source said of it, in the order in which it came: the newest 100',
  }),
  events: Type.Array(CallEvent, {
    description: 'In the order in which they were published: the first one and the newest 100',
  }),
  omitted: Type.Object(
    {
      signals: Count('Signals'),
      events: Count('Events; with `eventCountIsExact: false` at least so many'),
      deliveries: Count('Deliveries of the events that are shown'),
      attempts: Count('Attempts of the deliveries that are shown'),
    },
    { description: 'What was left out; `GET /v1/events?callId=` and the lists of deliveries and attempts have it' },
  ),
})
export type CallDetail = Type.Static<typeof CallDetail>
