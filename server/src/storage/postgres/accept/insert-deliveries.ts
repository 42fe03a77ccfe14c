// Owns the insert of deliveries, with or without new events, in one statement.
import { ChangeBatch } from '../../shared/change-batch.ts'
import type { MatchedWebhook } from '../../shared/leased-delivery.ts'
import { noteDue } from '../claim/due-marks.ts'
import { LEASES_NOTED, NOTE_LEASES } from '../nodes/leases.ts'
import { changePlace, LOG_CHANGES } from '../record/change-log.ts'
import { columnsOf, withoutNul } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'
import type { DeliveryToInsert, InsertBatch } from './insert-batch.ts'
import type { EventToInsert } from './match-events.ts'

export interface MatchedEvent extends EventToInsert {
  readonly seq: number
  readonly day: number
  readonly matches: readonly MatchedWebhook[]
}

export const INSERT_EVENTS = statement(
  'insert_events',
  `INSERT INTO events (workspace_id, day, seq, id, type, agent_id, call_id, created_at, accepted_at, delivery_count,
  is_test, body)
${rowsOf({
  workspace_id: 'text',
  day: 'int',
  seq: 'bigint',
  id: 'text',
  type: 'text',
  agent_id: 'text',
  call_id: 'text',
  created_at: 'bigint',
  accepted_at: 'bigint',
  delivery_count: 'int',
  is_test: 'smallint',
  body: 'text',
})}`,
)

const DELIVERIES = rowsOf({
  workspace_id: 'text',
  day: 'int',
  id: 'text',
  webhook_id: 'text',
  subscription_id: 'text',
  event_id: 'text',
  event_seq: 'bigint',
  event_key: 'text',
  status: 'text',
  '"trigger"': 'text',
  created_at: 'bigint',
  next_attempt_at: 'bigint',
  order_key: 'text',
  awaits_turn: 'smallint',
})

/** In the order of the arrays, so that sequence numbers are in the order of publishing. */
export const INSERT_DELIVERIES = statement(
  'insert_deliveries',
  `WITH noted AS (${NOTE_LEASES} $15::text, $17::text, $16::bigint, min(day), max(day)
  FROM (${rowsOf({ day: 'int' }, 2)}, unnest($9::text[]) AS status) n WHERE status = 'sending' HAVING count(*) > 0 ${LEASES_NOTED}),
logged AS (${LOG_CHANGES} SELECT unnest($18::text[]), unnest($19::text[]))
INSERT INTO deliveries (workspace_id, day, id, webhook_id, subscription_id, event_id, event_seq, event_key, status,
  "trigger", created_at, updated_at, next_attempt_at, order_key, awaits_turn, scheduled_attempts, attempts,
  lease_token, lease_until, lease_node)
SELECT n.workspace_id, n.day, n.id, n.webhook_id, n.subscription_id, n.event_id, n.event_seq, n.event_key, n.status,
  n."trigger", n.created_at, n.created_at, n.next_attempt_at, n.order_key, n.awaits_turn,
  CASE n."trigger" WHEN 'replay' THEN 1 ELSE 0 END, 0, lease.token, lease.until, lease.node
FROM (${DELIVERIES}) n
  LEFT JOIN (SELECT $15::text AS token, $16::bigint AS until, $17::text AS node) lease ON n.status = 'sending'`,
)

export async function insertEvents(session: Session, events: readonly MatchedEvent[]): Promise<void> {
  if (events.length === 0) return
  await session.run(
    INSERT_EVENTS,
    ...columnsOf(
      events,
      ({ workspaceId }) => workspaceId,
      ({ day }) => day,
      ({ seq }) => seq,
      ({ event }) => event.id,
      ({ event }) => event.type,
      ({ event }) => event.agentId,
      ({ event }) => withoutNul(event.callId),
      ({ event }) => event.createdAt,
      ({ event }) => event.acceptedAt,
      ({ matches }) => matches.length,
      ({ event }) => (event.testOf === undefined ? null : 1),
      ({ event }) => event.envelope,
    ),
  )
}

/** @param node whose leases they are */
export async function insertDeliveries(session: Session, batch: InsertBatch, node: string): Promise<void> {
  const { deliveries, budget } = batch
  if (deliveries.length === 0) return
  const rows = changesOf(deliveries).rows()
  const logged = columnsOf(
    rows,
    ({ workspaceId }) => workspaceId,
    ({ entries }) => entries,
  )
  await session.run(INSERT_DELIVERIES, ...deliveryColumns(deliveries), budget.token, budget.until, node, ...logged)
  await noteDue(session, deliveries.map(queuedAt))
}

function changesOf(deliveries: readonly DeliveryToInsert[]): ChangeBatch {
  const batch = new ChangeBatch()
  for (const { workspaceId, id, event, isLeased, nextAttemptAt } of deliveries) {
    const status = isLeased ? 'sending' : 'queued'
    batch.add(workspaceId, { place: changePlace(id, event.day), status, attempts: 0, nextAttemptAt, updatedAt: null })
  }
  return batch
}

function deliveryColumns(deliveries: readonly DeliveryToInsert[]) {
  return columnsOf(
    deliveries,
    ({ workspaceId }) => workspaceId,
    ({ event }) => event.day,
    ({ id }) => id,
    ({ match }) => match.webhookId,
    ({ match }) => match.subscriptionId,
    ({ event }) => event.id,
    ({ event }) => event.seq,
    ({ event }) => event.type,
    ({ isLeased }) => (isLeased ? 'sending' : 'queued'),
    ({ trigger }) => trigger,
    ({ event }) => event.acceptedAt,
    ({ nextAttemptAt }) => nextAttemptAt,
    ({ orderKey }) => orderKey,
    ({ awaitsTurn }) => awaitsTurn,
  )
}

/** What consumers fetch has no mark: those are the claimer's. */
function queuedAt({ workspaceId, match: { webhookId, kind }, nextAttemptAt }: DeliveryToInsert) {
  return { workspaceId, webhookId, dueAt: kind === 'pull' ? null : nextAttemptAt }
}
