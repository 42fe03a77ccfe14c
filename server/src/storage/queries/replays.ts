// Owns the rows of replays as they are asked for and looked at. Their steps are the backend's.
import { Refusal } from '@timbre/contract/errors.ts'
import type { Selectable } from 'kysely'
import type { Page, PageRequest, ReplayRow, ReplayStorage } from '../storage.ts'
import { change } from './change.ts'
import { pageOf } from './lists.ts'
import { type Change, type Database, flag, type ReplaysTable } from './tables.ts'
import { requireWebhook } from './webhooks.ts'
import { lockWorkspace } from './workspaces.ts'

export type ReplayRecords = Pick<ReplayStorage, 'createReplay' | 'listReplays' | 'findReplay' | 'cancelReplay'>

const ENDED_KEPT = 100
const FORGOTTEN_MAX = 100

export function replayRecords(db: Database): ReplayRecords {
  return {
    createReplay: (row, limit, context) => change(db, context, (tx) => insertReplay(tx, row, limit)),
    listReplays: (workspaceId, webhookId, request) => listReplays(db, workspaceId, webhookId, request),

    async findReplay(workspaceId, webhookId, id) {
      const row = await ofWebhook(db, workspaceId, webhookId).selectAll().where('id', '=', id).executeTakeFirst()
      return row && readReplay(row)
    },

    cancelReplay: (workspaceId, webhookId, id, context) =>
      change(db, context, (tx) => cancelReplay(tx, workspaceId, webhookId, id, context.now)),
  }
}

function ofWebhook(db: Database | Change, workspaceId: string, webhookId: string) {
  return db.selectFrom('replays').where('workspaceId', '=', workspaceId).where('webhookId', '=', webhookId)
}

async function insertReplay(tx: Change, row: ReplayRow, limit: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const webhook = await requireWebhook(tx, row.workspaceId, row.webhookId)
  if (!webhook.isActive) throw new Refusal('WEBHOOK_INACTIVE', { id: row.webhookId })
  const { running } = await ofWebhook(tx, row.workspaceId, row.webhookId)
    .select(({ fn }) => fn.countAll<number>().as('running'))
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow()
  if (running >= limit) throw new Refusal('REPLAY_LIMIT_REACHED', { limit })
  await forgetOldest(tx, row)
  const { eventKeys, matchedIsExact, ...same } = row
  await tx
    .insertInto('replays')
    .values({
      ...same,
      eventKeys: eventKeys === null ? null : JSON.stringify(eventKeys),
      matchedIsExact: flag(matchedIsExact),
      walkPosition: null,
      walkEnd: null,
    })
    .execute()
}

/** Of a webhook: asking for replays and cancelling them in a loop leaves no more rows. */
async function forgetOldest(tx: Change, { workspaceId, webhookId }: ReplayRow): Promise<void> {
  const oldest = ofWebhook(tx, workspaceId, webhookId)
    .select('id')
    .where('status', '<>', 'running')
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .offset(ENDED_KEPT - 1)
    .limit(FORGOTTEN_MAX)
  await tx.deleteFrom('replays').where('workspaceId', '=', workspaceId).where('id', 'in', oldest).execute()
}

async function listReplays(
  db: Database,
  workspaceId: string,
  webhookId: string,
  request: PageRequest,
): Promise<Page<ReplayRow>> {
  const all = ofWebhook(db, workspaceId, webhookId)
  return pageOf(all, request, readReplay)
}

async function cancelReplay(
  tx: Change,
  workspaceId: string,
  webhookId: string,
  id: string,
  now: number,
): Promise<void> {
  const row = await ofWebhook(tx, workspaceId, webhookId).select('id').where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new Refusal('REPLAY_NOT_FOUND', { id })
  await tx
    .updateTable('replays')
    .set({ status: 'cancelled', finishedAt: now, updatedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute()
}

function readReplay({ walkPosition: _, walkEnd: __, ...row }: Selectable<ReplaysTable>): ReplayRow {
  return {
    ...row,
    // Written by insertReplay.
    eventKeys: row.eventKeys === null ? null : (JSON.parse(row.eventKeys) as string[]),
    matchedIsExact: row.matchedIsExact === 1,
  }
}
