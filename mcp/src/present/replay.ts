// Owns the replay as tools show it, and what its tools take.
import type { Replay } from '@getsupervisor/agents-studio-sdk'
import { EventKey } from '@timbre/contract/event-type.ts'
import { REPLAY_SELECTIONS, REPLAY_STATUSES } from '@timbre/contract/replay.ts'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import Type from 'typebox'
import { Id, shownId } from './ids.ts'

/** As many as a person can look through. */
const EVENT_KEYS_MAX = 20

export const replayInput = {
  webhookId: Id('The webhook that gets them'),
  since: Type.String({ maxLength: 64, description: 'ISO 8601; when the service accepted the events, included' }),
  until: Type.String({ maxLength: 64, description: 'ISO 8601; not included' }),
  only: Words(REPLAY_SELECTIONS, {
    description:
      '`failed`: deliveries whose retries are exhausted; `missing`: also events that have no delivery, because the webhook was off or not subscribed; `all`: also what arrived before, which the receiver gets twice',
  }),
  eventKeys: Type.Optional(
    Type.Array(EventKey, { minItems: 1, maxItems: EVENT_KEYS_MAX, description: 'Only events of these types' }),
  ),
}

export const ShownReplay = Type.Object({
  replayId: Type.String(),
  webhookId: Type.String(),
  since: Type.String(),
  until: Type.String(),
  only: Words(REPLAY_SELECTIONS),
  eventKeys: Nullable(Type.Array(Type.String())),
  status: Words(REPLAY_STATUSES),
  matched: Type.Integer({ description: 'Deliveries that it sends' }),
  matchedIsExact: Type.Boolean({ description: 'false: there are more' }),
  queued: Type.Integer({ description: 'Of them queued so far' }),
  createdAt: Type.String(),
  finishedAt: Nullable(Type.String()),
})
export type ShownReplay = Type.Static<typeof ShownReplay>

export function shownReplay(replay: Replay): ShownReplay {
  const { id, webhookId, since, until, only, eventKeys, status } = replay
  const { matched, matchedIsExact, queued, createdAt, finishedAt } = replay
  return {
    replayId: shownId('replay', id),
    webhookId: shownId('webhook', webhookId),
    since,
    until,
    only,
    eventKeys: eventKeys === null ? null : eventKeys.slice(0, EVENT_KEYS_MAX),
    status,
    matched,
    matchedIsExact,
    queued,
    createdAt,
    finishedAt,
  }
}
