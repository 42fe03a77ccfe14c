// Owns what a replay does to deliveries: makes those that are not there, and makes due again those that have ended.
// Must run inside the transaction of the step.
import { NOTHING_OFFERED } from '../../shared/lease-budget.ts'
import type { ReplayTarget } from '../../shared/replay-target.ts'
import type { ReplayScope } from '../../storage.ts'
import { callOf, InsertBatch } from '../accept/insert-batch.ts'
import { insertDeliveries } from '../accept/insert-deliveries.ts'
import { callOrderOf } from '../claim/call-order.ts'
import { ADD_MARKS } from '../claim/due-marks.ts'
import { LOG_CHANGES, loggedEntries } from '../record/change-log.ts'
import { COUNT_ENDS, ENDS_COUNTED } from '../record/write-webhook-health.ts'
import type { DeliveryIds } from '../schema/day.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import type { ReplayCandidate } from './replay-walk.ts'

/** As `change-batch.ts` writes it. */
const QUEUED_AGAIN = `json_build_array(id, day, 0, attempts, $4::bigint, $4::bigint)::text`

/**
 * As after a manual retry: it neither waits for its turn in its call nor holds back the later ones again. What somebody
 * else has made due meanwhile is left alone.
 */
export const REQUEUE = statement<{ readonly successes: number; readonly failures: number }>(
  'requeue',
  `WITH ended AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id, d.status FROM unnest($2::int[], $3::text[]) AS q (day, id)
    JOIN deliveries d ON d.workspace_id = $1 AND d.day = q.day AND d.id = q.id
  WHERE d.status IN ('success', 'failed') FOR UPDATE OF d),
requeued AS (
  UPDATE deliveries u SET status = 'queued', "trigger" = 'replay', next_attempt_at = $4, updated_at = $4,
    awaits_turn = 0, held_until = 0
  FROM ended WHERE u.workspace_id = ended.workspace_id AND u.day = ended.day AND u.id = ended.id
  RETURNING ended.status, u.workspace_id, u.webhook_id, u.day, u.id, u.attempts),
marked AS (${ADD_MARKS} SELECT DISTINCT workspace_id, webhook_id, $4::bigint FROM requeued),
logged AS (${LOG_CHANGES} SELECT workspace_id, ${loggedEntries(QUEUED_AGAIN, 'id')} FROM requeued GROUP BY workspace_id)
SELECT count(*) FILTER (WHERE status = 'success') AS successes, count(*) FILTER (WHERE status = 'failed') AS failures
FROM requeued`,
)

/** Locks the events as well: one that is removed at this moment gets no delivery. */
export const COUNT_DELIVERIES = statement<{ readonly seq: number }>(
  'count_deliveries',
  `UPDATE events e SET delivery_count = e.delivery_count + 1 FROM unnest($2::int[], $3::bigint[]) AS q (day, seq)
WHERE e.workspace_id = $1 AND e.day = q.day AND e.seq = q.seq RETURNING e.seq`,
)

/** The counters of a webhook are the number of its deliveries that have ended: these no longer have. */
export const UNCOUNT = statement(
  'uncount',
  `${COUNT_ENDS} VALUES ($1, $2, -$3::bigint, -$4::bigint, NULL) ${ENDS_COUNTED}`,
)

/** Returns how many were queued. */
export async function queueReplayed(
  session: Session,
  scope: ReplayScope,
  target: ReplayTarget,
  found: readonly ReplayCandidate[],
  ids: DeliveryIds,
  now: number,
): Promise<number> {
  const missing = found.filter(({ deliveryId }) => deliveryId === null)
  const ended = found.filter(({ deliveryId }) => deliveryId !== null)
  const made = missing.length === 0 ? 0 : await make(session, scope, target, missing, ids, now)
  return made + (ended.length === 0 ? 0 : await requeue(session, scope, ended, now))
}

async function make(
  session: Session,
  { workspaceId }: ReplayScope,
  target: ReplayTarget,
  missing: readonly ReplayCandidate[],
  ids: DeliveryIds,
  now: number,
): Promise<number> {
  const columns = columnsOf(
    missing,
    ({ eventDay }) => eventDay,
    ({ eventSeq }) => eventSeq,
  )
  const there = new Set((await session.all(COUNT_DELIVERIES, workspaceId, ...columns)).map(({ seq }) => seq))
  const planned = missing
    .filter(({ eventSeq }) => there.has(eventSeq))
    .map(({ eventSeq, eventDay, eventId, type, callId }) => ({
      match: target.matchFor(type),
      event: { id: eventId, seq: eventSeq, day: eventDay, type, callId, acceptedAt: now },
    }))
  const calls = planned.flatMap(({ event, match }) => callOf(workspaceId, event, match, 'replay') ?? [])
  const order = await callOrderOf(session, calls)
  const batch = new InsertBatch(NOTHING_OFFERED, ids)
  for (const { event, match } of planned) batch.add(workspaceId, event, match, 'replay', order)
  await insertDeliveries(session, batch, '')
  return planned.length
}

async function requeue(
  session: Session,
  { workspaceId, webhookId }: ReplayScope,
  ended: readonly ReplayCandidate[],
  now: number,
): Promise<number> {
  const columns = columnsOf(
    ended,
    ({ eventDay }) => eventDay,
    ({ deliveryId }) => deliveryId,
  )
  const { successes = 0, failures = 0 } = (await session.get(REQUEUE, workspaceId, ...columns, now)) ?? {}
  if (successes + failures > 0) await session.run(UNCOUNT, workspaceId, webhookId, successes, failures)
  return successes + failures
}
