// Owns looking at deliveries, and asking for one again manually. The hot path of a delivery is the backend's.
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { type RawBuilder, sql } from 'kysely'
import type {
  DeliveryDetailRow,
  DeliveryFilter,
  DeliveryRow,
  EventRow,
  History,
  HistoryRequest,
  RecordStorage,
} from '../storage.ts'
import { lastAttempt } from './attempts.ts'
import { change } from './change.ts'
import { fetchLimit, historyOf, SCAN_ROWS_MAX } from './lists.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Change, Database } from './tables.ts'
import { sequenceRange, WHOLE_RANGE } from './time-range.ts'
import { requireWebhook } from './webhooks.ts'

type DeliveryRecords = Pick<
  RecordStorage,
  | 'listDeliveries'
  | 'listDeliveriesOfEvents'
  | 'listDeliveryStatuses'
  | 'nextAttemptOf'
  | 'findDelivery'
  | 'retryDelivery'
>

const COLUMNS = [
  'seq',
  'id',
  'webhookId',
  'subscriptionId',
  'eventId',
  'eventKey',
  'status',
  'attempts',
  'createdAt',
  'updatedAt',
  'nextAttemptAt',
  'lastError',
  'responseStatus',
] as const

export function deliveryRecords(db: Database, keys: RowKeys): DeliveryRecords {
  return {
    listDeliveries: (workspaceId, filter, request) => listDeliveries(db, keys, workspaceId, filter, request),
    listDeliveriesOfEvents: async (workspaceId, events, limit) =>
      events.length === 0 ? [] : await ofEvents(db, keys, workspaceId, events).select(COLUMNS).limit(limit).execute(),

    listDeliveryStatuses: async (workspaceId, events, limit) =>
      events.length === 0
        ? []
        : await ofEvents(db, keys, workspaceId, events).select(['eventSeq', 'status']).limit(limit).execute(),

    async nextAttemptOf(workspaceId, webhookId) {
      const first = await db
        .selectFrom('deliveries')
        .select('nextAttemptAt')
        .where('workspaceId', '=', workspaceId)
        .where('webhookId', '=', webhookId)
        // In the words of the index of what is due.
        .where(sql<boolean>`status = 'queued' and next_attempt_at is not null`)
        .orderBy('nextAttemptAt')
        .limit(1)
        .executeTakeFirst()
      return first?.nextAttemptAt ?? null
    },

    findDelivery: (workspaceId, webhookId, id) => findDelivery(db, keys, workspaceId, webhookId, id),

    retryDelivery: (workspaceId, webhookId, id, context) =>
      change(db, context, (tx) => retryDelivery(tx, keys, workspaceId, webhookId, id, context.now)),
  }
}

/** `since` is included, `until` is not; both mean the delivery's createdAt. */
async function listDeliveries(
  db: Database,
  keys: RowKeys,
  workspaceId: string,
  filter: DeliveryFilter,
  request: HistoryRequest,
): Promise<History<DeliveryRow>> {
  const { webhookId, status, eventKey, eventId, since, until } = filter
  const { from, to } =
    eventId === undefined ? await sequenceRange(db, 'deliveries', filter, keys.history(workspaceId)) : WHOLE_RANGE
  const withStatus = status === undefined ? undefined : statusOf(status, keys, eventId !== undefined)
  // What an index leads to. What it does not is left out of the rows that were found, and so bounded in what is read.
  const found = db
    .selectFrom('deliveries')
    .where('workspaceId', '=', workspaceId)
    .where('seq', '<', Math.min(request.before ?? to, to))
    .where('seq', '>=', from)
    .$if(webhookId !== undefined, (query) => query.where('webhookId', '=', webhookId ?? ''))
    .$if(eventId !== undefined, (query) =>
      narrow(query.where('eventId', '=', eventId ?? ''), keys.deliveriesOfEvent(workspaceId, eventId ?? '')),
    )
    .$call((query) => narrow(query, withStatus))
    .orderBy('seq', 'desc')
  // Most are successes, and no index is made of them: they are found among all.
  const among = withStatus === undefined ? status : undefined
  const isSifted = [among, eventKey, since, until].some((value) => value !== undefined)
  const scannedTo = isSifted
    ? await found
        .select('seq')
        .offset(SCAN_ROWS_MAX - 1)
        .limit(1)
        .executeTakeFirst()
    : undefined
  const rows = await found
    .select(COLUMNS)
    .$if(scannedTo !== undefined, (query) => query.where('seq', '>=', scannedTo?.seq ?? 0))
    .$if(among !== undefined, (query) => query.where('status', '=', among ?? 'success'))
    .$if(eventKey !== undefined, (query) => query.where('eventKey', '=', eventKey ?? ''))
    .$if(since !== undefined, (query) => query.where('createdAt', '>=', since ?? 0))
    .$if(until !== undefined, (query) => query.where('createdAt', '<', until ?? 0))
    .limit(fetchLimit(request))
    .execute()
  return historyOf(
    rows,
    request,
    (row) => row.seq,
    (row) => row,
    scannedTo?.seq,
  )
}

/** With an event given no index of a status must apply: the few deliveries of one event are found faster than the many of it. */
function statusOf(status: DeliveryStatus, keys: RowKeys, ofOneEvent: boolean): RawBuilder<boolean> | undefined {
  return ofOneEvent && status !== 'success' ? sql<boolean>`status = ${status}` : keys.status(status)
}

function ofEvents(db: Database, keys: RowKeys, workspaceId: string, events: readonly Pick<EventRow, 'id' | 'seq'>[]) {
  return db.selectFrom('deliveries').where('workspaceId', '=', workspaceId).where(keys.deliveriesOfEvents(events))
}

async function findDelivery(
  db: Database,
  keys: RowKeys,
  workspaceId: string,
  webhookId: string | undefined,
  id: string,
): Promise<DeliveryDetailRow | undefined> {
  const delivery = await ofWebhook(db, keys, workspaceId, webhookId, id).executeTakeFirst()
  if (delivery === undefined) return undefined
  const event = db
    .selectFrom('events')
    .select('body')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', delivery.eventId)
  const { body } = await narrow(event, keys.event(workspaceId, delivery.eventId)).executeTakeFirstOrThrow()
  return { ...delivery, body, lastAttempt: await lastAttempt(db, keys, workspaceId, id) }
}

/** @param webhookId undefined: whichever it is of */
function ofWebhook(
  db: Database | Change,
  keys: RowKeys,
  workspaceId: string,
  webhookId: string | undefined,
  id: string,
) {
  const rows = db
    .selectFrom('deliveries')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .$if(webhookId !== undefined, (query) => query.where('webhookId', '=', webhookId ?? ''))
    .where('id', '=', id)
  return narrow(rows, keys.delivery(id))
}

/**
 * Asked for manually, it goes now: it neither waits for its turn in its call, nor does one that had ended hold back
 * the later ones of its call again.
 */
async function retryDelivery(
  tx: Change,
  keys: RowKeys,
  workspaceId: string,
  webhookId: string,
  id: string,
  now: number,
): Promise<DeliveryRow> {
  const webhook = await requireWebhook(tx, workspaceId, webhookId)
  const delivery = await ofWebhook(tx, keys, workspaceId, webhookId, id)
    .$if(keys.locksRows, (query) => query.forUpdate())
    .executeTakeFirst()
  if (delivery === undefined) throw new Refusal('DELIVERY_NOT_FOUND', { id })
  if (!webhook.isActive) throw new Refusal('WEBHOOK_INACTIVE', { id: webhookId })
  if (delivery.status === 'sending') throw new Refusal('DELIVERY_SENDING', { id })
  await uncount(tx, workspaceId, webhookId, delivery.status)
  await keys.noteDue(workspaceId, webhookId, now)?.execute(tx)
  const update = tx
    .updateTable('deliveries')
    .set({ status: 'queued', trigger: 'manual', nextAttemptAt: now, updatedAt: now, awaitsTurn: 0 })
    .$if(delivery.status !== 'queued', (query) => query.set({ heldUntil: 0 }))
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
  const queued = await narrow(update, keys.delivery(id)).returning(COLUMNS).executeTakeFirstOrThrow()
  await keys.noteChange(workspaceId, queued, now).execute(tx)
  return queued
}

/** The counters of a webhook are the number of its deliveries that have ended: this one no longer has. */
async function uncount(tx: Change, workspaceId: string, webhookId: string, ended: DeliveryStatus): Promise<void> {
  if (ended !== 'success' && ended !== 'failed') return
  const counts = { successCount: ended === 'success' ? -1 : 0, failureCount: ended === 'failed' ? -1 : 0 }
  await tx
    .insertInto('webhookCounters')
    .values({ workspaceId, webhookId, ...counts, lastDeliveryAt: null })
    .onConflict((conflict) =>
      conflict.columns(['workspaceId', 'webhookId']).doUpdateSet(({ eb, ref }) => ({
        successCount: eb('webhookCounters.successCount', '+', ref('excluded.successCount')),
        failureCount: eb('webhookCounters.failureCount', '+', ref('excluded.failureCount')),
      })),
    )
    .execute()
}
