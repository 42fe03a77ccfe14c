// Owns the rows of API keys. Knows hashes only, never a key.
import type { WorkspaceScope } from '@timbre/contract/api-key.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import type { Selectable } from 'kysely'
import type { ApiKeyRow, ChangeContext, Page, PageRequest, RecordStorage } from '../storage.ts'
import { change, insertAuditEntry } from './change.ts'
import { pageOf } from './lists.ts'
import { endSessionsOfKey } from './sessions.ts'
import type { ApiKeysTable, Change, Database } from './tables.ts'
import { lockWorkspace } from './workspaces.ts'

type ApiKeyRecords = Pick<RecordStorage, 'createApiKey' | 'listApiKeys' | 'findApiKey' | 'revokeApiKey' | 'noteKeyUse'>

/** Of a workspace: making and revoking keys in a loop leaves no more rows. */
const REVOKED_KEPT = 100
const FORGOTTEN_MAX = 100

export function apiKeyRecords(db: Database): ApiKeyRecords {
  return {
    createApiKey: (row, limit, context) => change(db, context, (tx) => insertApiKey(tx, row, limit)),
    listApiKeys: (workspaceId, request) => listApiKeys(db, workspaceId, request),

    async findApiKey(hash) {
      const row = await db.selectFrom('apiKeys').selectAll().where('hash', '=', hash).executeTakeFirst()
      return row && readApiKey(row)
    },

    revokeApiKey: (workspaceId, id, context) =>
      db.transaction().execute((tx) => revokeApiKey(tx, workspaceId, id, context)),

    noteKeyUse: (uses) => db.transaction().execute((tx) => noteKeyUse(tx, uses)),
  }
}

async function insertApiKey(tx: Change, row: ApiKeyRow, limit: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const { count } = await tx
    .selectFrom('apiKeys')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', row.workspaceId)
    .where('revokedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (count >= limit) throw new Refusal('API_KEY_LIMIT_REACHED', { limit })
  await tx
    .insertInto('apiKeys')
    .values({ ...row, scopes: JSON.stringify(row.scopes) })
    .execute()
}

async function listApiKeys(db: Database, workspaceId: string, request: PageRequest): Promise<Page<ApiKeyRow>> {
  const keys = db.selectFrom('apiKeys').where('workspaceId', '=', workspaceId)
  return pageOf(keys, request, readApiKey)
}

/** Not through `change`: what changes nothing leaves no audit entry. */
async function revokeApiKey(tx: Change, workspaceId: string, id: string, context: ChangeContext): Promise<void> {
  const key = await tx
    .selectFrom('apiKeys')
    .select('revokedAt')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (key === undefined) throw new Refusal('API_KEY_NOT_FOUND', { id })
  if (key.revokedAt !== null) return
  await tx
    .updateTable('apiKeys')
    .set({ revokedAt: context.now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .execute()
  await endSessionsOfKey(tx, workspaceId, id)
  await forgetOldest(tx, workspaceId)
  await insertAuditEntry(tx, context)
}

/** Of what was revoked long ago the audit log tells; without a row a key is refused as one that never was. */
async function forgetOldest(tx: Change, workspaceId: string): Promise<void> {
  const revoked = tx
    .selectFrom('apiKeys')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('revokedAt', 'is not', null)
  const oldest = revoked.orderBy('revokedAt', 'desc').orderBy('id', 'desc').offset(REVOKED_KEPT).limit(FORGOTTEN_MAX)
  await tx.deleteFrom('apiKeys').where('workspaceId', '=', workspaceId).where('id', 'in', oldest).execute()
}

async function noteKeyUse(tx: Change, uses: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, usedAt] of uses) {
    await tx
      .updateTable('apiKeys')
      .set({ lastUsedAt: usedAt })
      .where('id', '=', id)
      .where((eb) => eb.or([eb('lastUsedAt', 'is', null), eb('lastUsedAt', '<', usedAt)]))
      .execute()
  }
}

function readApiKey(row: Selectable<ApiKeysTable>): ApiKeyRow {
  // Written by insertApiKey from the same type.
  return { ...row, scopes: JSON.parse(row.scopes) as WorkspaceScope[] }
}
