// Owns the call: the events with one `data.call_id`, and what became of them.
import Type from 'typebox'
import { Attempt } from './attempt.ts'
import { DELIVERY_STATUSES, DeliverySummary } from './delivery.ts'
import { CALL_ID_LENGTH_MAX, EventSummary } from './event.ts'
import { Closed, Count, Nullable, Time, Uuid } from './schema.ts'

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

export const CallDetail = Type.Object({
  ...summary,
  events: Type.Array(CallEvent, {
    description: 'In the order in which they were published: the first one and the newest 100',
  }),
  omitted: Type.Object(
    {
      events: Count('Events; with `eventCountIsExact: false` at least so many'),
      deliveries: Count('Deliveries of the events that are shown'),
      attempts: Count('Attempts of the deliveries that are shown'),
    },
    { description: 'What was left out; `GET /v1/events?callId=` and the lists of deliveries and attempts have it' },
  ),
})
export type CallDetail = Type.Static<typeof CallDetail>
