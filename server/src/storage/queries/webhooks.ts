// Owns the rows of webhooks as they are configured. The counters are written where attempts are recorded.
import { Refusal } from '@timbre/contract/errors.ts'
import type { ExpressionBuilder, Selectable, Updateable } from 'kysely'
import type {
  ChangeContext,
  ListedWebhookRow,
  Page,
  PageRequest,
  RecordStorage,
  Storage,
  SubscriptionRow,
  WebhookChange,
  WebhookRow,
} from '../storage.ts'
import { change } from './change.ts'
import { offsetOf } from './lists.ts'
import { type Change, type Database, flag, type Tables, type WebhooksTable } from './tables.ts'
import { previousColumns, readPrevious } from './webhook-secrets.ts'
import { lockWorkspace } from './workspaces.ts'

type WebhookRecords = Pick<Storage, 'loadTarget'> &
  Pick<RecordStorage, 'createWebhook' | 'listWebhooks' | 'findWebhook' | 'updateWebhook' | 'deleteWebhook'>

export function webhookRecords(db: Database): WebhookRecords {
  return {
    createWebhook: (row, limit, context, subscriptions = []) =>
      change(db, context, async (tx) => {
        await insertWebhook(tx, row, limit)
        await insertFirstSubscriptions(tx, subscriptions)
      }),
    listWebhooks: (workspaceId, request) => listWebhooks(db, workspaceId, request),

    findWebhook: (workspaceId, id) => findListed(db, workspaceId, id),
    loadTarget: (workspaceId, id) => findWebhook(db, workspaceId, id),

    updateWebhook: (workspaceId, id, fields, context) =>
      change(db, context, (tx) => updateWebhook(tx, workspaceId, id, fields, context)),

    deleteWebhook: (workspaceId, id, context) =>
      change(db, context, (tx) => deleteWebhook(tx, workspaceId, id, context.now)),
  }
}

/** @throws Refusal WEBHOOK_NOT_FOUND, for a deleted one too */
export async function requireWebhook(tx: Change, workspaceId: string, id: string): Promise<WebhookRow> {
  const row = await findWebhook(tx, workspaceId, id)
  if (row === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id })
  return row
}

async function findWebhook(db: Database | Change, workspaceId: string, id: string): Promise<WebhookRow | undefined> {
  const row = await notDeleted(db)
    .where('webhooks.workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && readWebhook(row)
}

async function findListed(
  db: Database | Change,
  workspaceId: string,
  id: string,
): Promise<ListedWebhookRow | undefined> {
  const row = await notDeleted(db)
    .select(subscriptionCount(workspaceId))
    .where('webhooks.workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && readListed(row)
}

function subscriptionCount(workspaceId: string) {
  return ({ selectFrom }: ExpressionBuilder<Tables, 'webhooks'>) =>
    selectFrom('subscriptions')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('subscriptions.workspaceId', '=', workspaceId)
      .whereRef('subscriptions.webhookId', '=', 'webhooks.id')
      .as('subscriptionCount')
}

function notDeleted(db: Database | Change) {
  return db
    .selectFrom('webhooks')
    .leftJoin('webhookCounters as c', (join) =>
      join.onRef('c.workspaceId', '=', 'webhooks.workspaceId').onRef('c.webhookId', '=', 'webhooks.id'),
    )
    .selectAll('webhooks')
    .select([
      'c.successCount as countedSuccesses',
      'c.failureCount as countedFailures',
      'c.lastDeliveryAt as countedAt',
    ])
    .where('deletedAt', 'is', null)
}

async function insertWebhook(tx: Change, row: WebhookRow, limit: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const { count } = await tx
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', row.workspaceId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (count >= limit) throw new Refusal('WEBHOOK_LIMIT_REACHED', { limit })
  const { isActive, retrySchedule, previousSecrets, ...same } = row
  await tx
    .insertInto('webhooks')
    .values({
      ...same,
      ...previousColumns(previousSecrets),
      isActive: flag(isActive),
      retrySchedule: scheduleText(retrySchedule),
      deletedAt: null,
    })
    .execute()
}

/** Of a webhook that was made in the same transaction. */
async function insertFirstSubscriptions(tx: Change, rows: readonly SubscriptionRow[]): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map((row) => ({ ...row, isActive: flag(row.isActive) }))
  await tx.insertInto('subscriptions').values(values).execute()
}

async function listWebhooks(db: Database, workspaceId: string, request: PageRequest): Promise<Page<ListedWebhookRow>> {
  const { total } = await db
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('workspaceId', '=', workspaceId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  const rows = await notDeleted(db)
    .select(subscriptionCount(workspaceId))
    .where('webhooks.workspaceId', '=', workspaceId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(request.limit)
    .offset(offsetOf(request))
    .execute()
  return { rows: rows.map(readListed), total }
}

async function updateWebhook(
  tx: Change,
  workspaceId: string,
  id: string,
  fields: WebhookChange,
  context: ChangeContext,
): Promise<ListedWebhookRow> {
  await tx
    .updateTable('webhooks')
    .set({ ...columnsOf(fields), updatedAt: context.now })
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .execute()
  const row = await findListed(tx, workspaceId, id)
  if (row === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id })
  return row
}

function columnsOf({ isActive, retrySchedule, ...same }: WebhookChange): Updateable<WebhooksTable> {
  return {
    ...same,
    ...(isActive === undefined ? {} : { isActive: flag(isActive) }),
    ...(isActive === true ? { disabledReason: null, failingSince: null, warnedPercent: 0 } : {}),
    ...(retrySchedule === undefined ? {} : { retrySchedule: scheduleText(retrySchedule) }),
  }
}

/** What is left of a deleted webhook: its row, as long as history refers to it. */
const NOTHING_TO_READ = {
  url: '',
  description: null,
  secretPreview: '',
  sealedSecret: '',
  sealedHeaders: '',
  ...previousColumns([]),
} as const

async function deleteWebhook(tx: Change, workspaceId: string, id: string, now: number): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('webhooks')
    .set({ ...NOTHING_TO_READ, deletedAt: now, updatedAt: now })
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new Refusal('WEBHOOK_NOT_FOUND', { id })
  await tx.deleteFrom('subscriptions').where('workspaceId', '=', workspaceId).where('webhookId', '=', id).execute()
}

function scheduleText(schedule: readonly number[] | null): string | null {
  return schedule === null ? null : JSON.stringify(schedule)
}

/** A webhook beside its counters, which are null before its first attempt. */
type FoundWebhook = Selectable<WebhooksTable> & {
  readonly countedSuccesses: number | null
  readonly countedFailures: number | null
  readonly countedAt: number | null
}

function readListed(row: FoundWebhook & { readonly subscriptionCount: number | null }): ListedWebhookRow {
  // An aggregate without groups always has a row.
  return { ...readWebhook(row), subscriptionCount: row.subscriptionCount ?? 0 }
}

function readWebhook({
  deletedAt: _deletedAt,
  warnedPercent: _warnedPercent,
  sealedPreviousSecret: _sealedPreviousSecret,
  previousSecretExpiresAt: _previousSecretExpiresAt,
  previousSecretsExpireAt: _previousSecretsExpireAt,
  countedSuccesses,
  countedFailures,
  countedAt,
  ...row
}: FoundWebhook): WebhookRow {
  return {
    ...row,
    successCount: row.successCount + (countedSuccesses ?? 0),
    failureCount: row.failureCount + (countedFailures ?? 0),
    lastDeliveryAt: Math.max(row.lastDeliveryAt ?? 0, countedAt ?? 0) || null,
    isActive: row.isActive === 1,
    previousSecrets: readPrevious(row.previousSecrets),
    // Written by scheduleText.
    retrySchedule: row.retrySchedule === null ? null : (JSON.parse(row.retrySchedule) as number[]),
  }
}
