// Owns looking at what of a webhook, or of a workspace, has not ended: by the indexes of what is queued and of what is being sent.
// Must never read more of an index than it was told, nor any row of what has ended.
import { sql } from 'kysely'
import type { BacklogRow } from '../storage.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'

export interface BacklogQuery {
  readonly workspaceId: string
  /** Null: the whole workspace. */
  readonly webhookId: string | null
  readonly now: number
  readonly rowsMax: number
}

/** Of a workspace the first that is due of so many webhooks is looked for, one seek each. */
const WEBHOOKS_MAX = 1_000
/** In the words of the index of what is due. */
const WAITS_FOR_A_TIME = sql<boolean>`status = 'queued' and next_attempt_at is not null`

export async function findBacklog(db: Database, keys: RowKeys, query: BacklogQuery): Promise<BacklogRow> {
  const { rowsMax } = query
  const queued = await countQueued(db, keys, query)
  const oldest = await queuedOf(db, keys, query).select('createdAt').orderBy('seq').limit(1).executeTakeFirst()
  const sending = await findSending(db, keys, query)
  const ages = [oldest?.createdAt ?? null, sending.oldestAt].filter((at) => at !== null)
  return {
    pending: Math.min(queued, rowsMax) + sending.count,
    due: query.webhookId === null ? 0 : await countDue(db, query, query.webhookId),
    sending: sending.count,
    isExact: queued <= rowsMax && sending.looked < rowsMax,
    oldestAt: ages.length === 0 ? null : Math.min(...ages),
    nextAttemptAt: query.webhookId === null ? await firstOfAll(db, query) : await firstOf(db, query, query.webhookId),
  }
}

function queuedOf(db: Database, keys: RowKeys, { workspaceId, webhookId }: BacklogQuery) {
  const rows = db
    .selectFrom('deliveries')
    .where('workspaceId', '=', workspaceId)
    .$if(webhookId !== null, (query) => query.where('webhookId', '=', webhookId ?? ''))
  return narrow(rows, keys.status('queued'))
}

async function countQueued(db: Database, keys: RowKeys, query: BacklogQuery): Promise<number> {
  const found = queuedOf(db, keys, query)
    .select('seq')
    .limit(query.rowsMax + 1)
  const { count } = await db
    .selectFrom(found.as('found'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

function waitingOf(db: Database, { workspaceId }: BacklogQuery, webhookId: string) {
  return db
    .selectFrom('deliveries')
    .where('workspaceId', '=', workspaceId)
    .where('webhookId', '=', webhookId)
    .where(WAITS_FOR_A_TIME)
}

async function countDue(db: Database, query: BacklogQuery, webhookId: string): Promise<number> {
  const found = waitingOf(db, query, webhookId)
    .select('nextAttemptAt')
    .where('nextAttemptAt', '<=', query.now)
    .orderBy('nextAttemptAt')
    .limit(query.rowsMax)
  const { count } = await db
    .selectFrom(found.as('found'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

async function firstOf(db: Database, query: BacklogQuery, webhookId: string): Promise<number | null> {
  const first = await waitingOf(db, query, webhookId)
    .select('nextAttemptAt')
    .orderBy('nextAttemptAt')
    .limit(1)
    .executeTakeFirst()
  return first?.nextAttemptAt ?? null
}

async function firstOfAll(db: Database, { workspaceId }: BacklogQuery): Promise<number | null> {
  const webhooks = db
    .selectFrom('webhooks')
    .select(({ selectFrom }) =>
      selectFrom('deliveries as d')
        .select('d.nextAttemptAt')
        .where('d.workspaceId', '=', workspaceId)
        .whereRef('d.webhookId', '=', 'webhooks.id')
        .where(WAITS_FOR_A_TIME)
        .orderBy('d.nextAttemptAt')
        .limit(1)
        .as('dueAt'),
    )
    .where('workspaceId', '=', workspaceId)
    .where('deletedAt', 'is', null)
    .limit(WEBHOOKS_MAX)
  const { dueAt } = await db
    .selectFrom(webhooks.as('first'))
    .select(({ fn }) => fn.min('dueAt').as('dueAt'))
    .executeTakeFirstOrThrow()
  return dueAt
}

async function findSending(db: Database, keys: RowKeys, { workspaceId, webhookId, rowsMax }: BacklogQuery) {
  const isWanted = webhookId === null ? sql<boolean>`true` : sql<boolean>`webhook_id = ${webhookId}`
  return await db
    .selectFrom(keys.sending(workspaceId, rowsMax).as('sending'))
    .select(({ fn }) => [
      fn.countAll<number>().as('looked'),
      sql<number>`count(*) filter (where ${isWanted})`.as('count'),
      sql<number | null>`min(created_at) filter (where ${isWanted})`.as('oldestAt'),
    ])
    .executeTakeFirstOrThrow()
}
