// Owns the replay: sending again, or for the first time, what a webhook did not get in a range of time (CONTRACT §2).
import Type from 'typebox'
import { EventKey } from './event-type.ts'
import { Closed, Count, Nullable, Time, Uuid, Words } from './schema.ts'

export const RUNNING_REPLAYS_PER_WEBHOOK_MAX = 5
export const REPLAY_EVENT_KEYS_MAX = 100

export const REPLAY_STATUSES = ['running', 'finished', 'cancelled'] as const
export type ReplayStatus = (typeof REPLAY_STATUSES)[number]

export const REPLAY_SELECTIONS = ['failed', 'missing', 'all'] as const
/**
 * - failed: deliveries that failed, their retries exhausted.
 * - missing: what never arrived: the failed ones, and events that were published while the webhook was off or did not
 *   subscribe to their type.
 * - all: every event, also those that arrived.
 */
export type ReplaySelection = (typeof REPLAY_SELECTIONS)[number]

const only = Words(REPLAY_SELECTIONS, {
  description:
    '`failed`: deliveries that failed, their retries exhausted; `missing`: also events that have no delivery, because the webhook was off or not subscribed; `all`: also what arrived before',
})
const RANGE = 'The time at which Timbre accepted the event'
const DateTimeInput = (description: string) => Type.String({ format: 'date-time', description })

export const ReplayCreate = Closed({
  since: DateTimeInput(`${RANGE}; included`),
  until: DateTimeInput(`${RANGE}; not included. A time to come means now`),
  eventKeys: Type.Optional(
    Type.Array(EventKey, {
      minItems: 1,
      maxItems: REPLAY_EVENT_KEYS_MAX,
      description: 'Only events of these types',
    }),
  ),
  only,
  dryRun: Type.Optional(
    Type.Boolean({ description: 'true: counts and sends nothing; the response is not kept. Omitted: false' }),
  ),
})
export type ReplayCreate = Type.Static<typeof ReplayCreate>

export const Replay = Type.Object({
  id: Uuid,
  webhookId: Uuid,
  since: Time,
  until: Time,
  eventKeys: Nullable(Type.Array(Type.String())),
  only,
  dryRun: Type.Boolean(),
  status: Words(REPLAY_STATUSES),
  matched: Count('Deliveries that the replay will queue, as far as they are counted'),
  matchedIsExact: Type.Boolean({
    description: 'false: there was more to count than a response can wait for; exact once the replay is finished',
  }),
  queued: Count('Deliveries queued so far'),
  createdAt: Time,
  updatedAt: Time,
  finishedAt: Nullable(Time, { description: 'When it was finished or cancelled' }),
})
export type Replay = Type.Static<typeof Replay>
