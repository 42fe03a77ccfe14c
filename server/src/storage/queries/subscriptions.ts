// Owns the rows of subscriptions.
import { Refusal } from '@timbre/contract/errors.ts'
import { type Selectable, sql } from 'kysely'
import type { CandidateRow, Page, PageRequest, RecordStorage, SubscriptionRow } from '../storage.ts'
import { change } from './change.ts'
import { pageOf } from './lists.ts'
import { type Change, type Database, flag, type SubscriptionsTable } from './tables.ts'
import { requireWebhook } from './webhooks.ts'

type SubscriptionRecords = Pick<
  RecordStorage,
  | 'createSubscription'
  | 'listSubscriptions'
  | 'listCandidates'
  | 'findSubscription'
  | 'updateSubscription'
  | 'deleteSubscription'
>

export function subscriptionRecords(db: Database): SubscriptionRecords {
  return {
    createSubscription: (row, context) => change(db, context, (tx) => insertSubscription(tx, row)),

    listCandidates: (workspaceId, eventKey, limit) => listCandidates(db, workspaceId, eventKey, limit),
    listSubscriptions: (workspaceId, webhookId, isActive, request) =>
      listSubscriptions(db, workspaceId, webhookId, isActive, request),

    async findSubscription(workspaceId, webhookId, id) {
      const row = await ofWebhook(db, workspaceId, webhookId).selectAll().where('id', '=', id).executeTakeFirst()
      return row && readSubscription(row)
    },

    updateSubscription: (workspaceId, webhookId, id, isActive, context) =>
      change(db, context, async (tx) => {
        const row = await tx
          .updateTable('subscriptions')
          .set({ isActive: flag(isActive), updatedAt: context.now })
          .where('workspaceId', '=', workspaceId)
          .where('webhookId', '=', webhookId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst()
        if (row === undefined) throw new Refusal('SUBSCRIPTION_NOT_FOUND', { id })
        return readSubscription(row)
      }),

    deleteSubscription: (workspaceId, webhookId, id, context) =>
      change(db, context, async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('subscriptions')
          .where('workspaceId', '=', workspaceId)
          .where('webhookId', '=', webhookId)
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
        if (numDeletedRows === 0n) throw new Refusal('SUBSCRIPTION_NOT_FOUND', { id })
      }),
  }
}

function ofWebhook(db: Database | Change, workspaceId: string, webhookId: string) {
  return db.selectFrom('subscriptions').where('workspaceId', '=', workspaceId).where('webhookId', '=', webhookId)
}

async function insertSubscription(tx: Change, row: SubscriptionRow): Promise<void> {
  await requireWebhook(tx, row.workspaceId, row.webhookId)
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('subscriptions')
    .values({ ...row, isActive: flag(row.isActive) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 0n) throw new Refusal('SUBSCRIPTION_EXISTS', { eventKey: row.eventKey })
}

async function listCandidates(
  db: Database,
  workspaceId: string,
  eventKey: string,
  limit: number,
): Promise<readonly CandidateRow[]> {
  return db
    .selectFrom('webhooks as w')
    .leftJoin('subscriptions as s', (join) =>
      join.onRef('s.webhookId', '=', 'w.id').on('s.workspaceId', '=', workspaceId).on('s.eventKey', '=', eventKey),
    )
    .where('w.workspaceId', '=', workspaceId)
    .where('w.deletedAt', 'is', null)
    .select(['w.id as webhookId', 'w.agentId', 'w.isActive', 'w.createdAt', 'w.updatedAt'])
    .select([
      's.isActive as isSubscriptionActive',
      's.createdAt as subscribedAt',
      's.updatedAt as subscriptionUpdatedAt',
    ])
    .orderBy(sql`s.id is null`)
    .orderBy('w.id', 'desc')
    .limit(limit)
    .execute()
}

async function listSubscriptions(
  db: Database,
  workspaceId: string,
  webhookId: string,
  isActive: boolean | null,
  request: PageRequest,
): Promise<Page<SubscriptionRow>> {
  let wanted = ofWebhook(db, workspaceId, webhookId)
  if (isActive !== null) wanted = wanted.where('isActive', '=', flag(isActive))
  return pageOf(wanted, request, readSubscription)
}

function readSubscription(row: Selectable<SubscriptionsTable>): SubscriptionRow {
  return { ...row, isActive: row.isActive === 1 }
}
