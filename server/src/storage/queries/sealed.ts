// Owns whatever is sealed as rows that are sealed again, and the checks of the master keys.
// Must never open a text, and never write over one that was changed since it was read.
import type { Resealed, SealedResponse, SealedStorage, SealedWebhook } from '../storage.ts'
import type { RowKeys } from './row-keys.ts'
import type { Change, Database } from './tables.ts'
import { previousColumns, readPrevious } from './webhook-secrets.ts'

export function sealedRecords(db: Database, keys: RowKeys): SealedStorage {
  return {
    countSealed: () => countSealed(db),
    hasSealed: (prefix) => hasSealed(db, prefix),
    listSealedWebhooks: (after, limit) => listWebhooks(db, keys, after, limit),
    listSealedResponses: (after, limit) => listResponses(db, after, limit),
    replaceSealedWebhooks: (rows) => inOneTransaction(db, rows, replaceWebhook),
    replaceSealedResponses: (rows) => inOneTransaction(db, rows, replaceResponse),

    listKeyChecks: () => db.selectFrom('keyChecks').selectAll().orderBy('keyId').execute(),
    async saveKeyCheck(check) {
      await db
        .insertInto('keyChecks')
        .values(check)
        .onConflict((conflict) => conflict.column('keyId').doUpdateSet({ sealed: check.sealed }))
        .execute()
    },
    async removeKeyChecks(keyIds) {
      if (keyIds.length > 0) await db.deleteFrom('keyChecks').where('keyId', 'in', keyIds).execute()
    },
  }
}

async function countSealed(db: Database) {
  const { webhooks } = await db
    .selectFrom('webhooks')
    .select(({ fn }) => fn.countAll<number>().as('webhooks'))
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  const { responses } = await db
    .selectFrom('idempotencyKeys')
    .select(({ fn }) => fn.countAll<number>().as('responses'))
    .where('sealedBody', 'is not', null)
    .executeTakeFirstOrThrow()
  const { sources } = await db
    .selectFrom('sources')
    .select(({ fn }) => fn.countAll<number>().as('sources'))
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return { webhooks, responses, sources }
}

/** Prefixes have no character that is special to LIKE. */
async function hasSealed(db: Database, prefix: string): Promise<boolean> {
  const begins = `${prefix}%`
  const webhook = await db
    .selectFrom('webhooks')
    .select('id')
    .where(({ eb, or }) =>
      or([
        eb('sealedSecret', 'like', begins),
        eb('sealedHeaders', 'like', begins),
        eb('previousSecrets', 'like', `%"${begins}`),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  if (webhook !== undefined) return true
  const source = await db.selectFrom('sources').select('id').where('sealed', 'like', begins).limit(1).executeTakeFirst()
  if (source !== undefined) return true
  const response = await db
    .selectFrom('idempotencyKeys')
    .select('key')
    .where('sealedBody', 'like', begins)
    .limit(1)
    .executeTakeFirst()
  return response !== undefined
}

/** By the primary key, which is the id alone where one file has all. */
async function listWebhooks(
  db: Database,
  { namesWorkspace }: RowKeys,
  after: Pick<SealedWebhook, 'workspaceId' | 'id'> | null,
  limit: number,
): Promise<SealedWebhook[]> {
  const { workspaceId, id } = after ?? { workspaceId: '', id: '' }
  const rows = await db
    .selectFrom('webhooks')
    .select(['workspaceId', 'id', 'sealedSecret', 'sealedHeaders', 'previousSecrets'])
    .where('deletedAt', 'is', null)
    .where(({ eb, refTuple, tuple }) =>
      namesWorkspace ? eb(refTuple('workspaceId', 'id'), '>', tuple(workspaceId, id)) : eb('id', '>', id),
    )
    .$if(namesWorkspace, (query) => query.orderBy('workspaceId'))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ ...row, previousSecrets: readPrevious(row.previousSecrets) }))
}

async function listResponses(
  db: Database,
  after: Pick<SealedResponse, 'workspaceId' | 'rowKey'> | null,
  limit: number,
): Promise<SealedResponse[]> {
  const { workspaceId, rowKey } = after ?? { workspaceId: '', rowKey: '' }
  const rows = await db
    .selectFrom('idempotencyKeys')
    .select(['workspaceId', 'key as rowKey', 'requestHash', 'sealedBody'])
    .where('sealedBody', 'is not', null)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('workspaceId', 'key'), '>', tuple(workspaceId, rowKey)))
    .orderBy('workspaceId')
    .orderBy('key')
    .limit(limit)
    .execute()
  // Those without a body are left out above.
  return rows.map((row) => ({ ...row, sealedBody: row.sealedBody ?? '' }))
}

function inOneTransaction<Row>(
  db: Database,
  rows: readonly Resealed<Row>[],
  replace: (tx: Change, row: Resealed<Row>) => Promise<bigint>,
): Promise<number> {
  return db.transaction().execute(async (tx) => {
    let replaced = 0n
    for (const row of rows) replaced += await replace(tx, row)
    return Number(replaced)
  })
}

/** Without a new version: what is signed and sent stays the same. */
async function replaceWebhook(tx: Change, { before, after }: Resealed<SealedWebhook>): Promise<bigint> {
  const { previousSecretsExpireAt } = previousColumns(before.previousSecrets)
  const { numUpdatedRows } = await tx
    .updateTable('webhooks')
    .set({
      sealedSecret: after.sealedSecret,
      sealedHeaders: after.sealedHeaders,
      ...previousColumns(after.previousSecrets),
    })
    .where('workspaceId', '=', before.workspaceId)
    .where('id', '=', before.id)
    .where('sealedSecret', '=', before.sealedSecret)
    .where('sealedHeaders', '=', before.sealedHeaders)
    // Wiping changes it: what was wiped meanwhile does not come back. A rotation changes the secret too.
    .where('previousSecretsExpireAt', 'is not distinct from', previousSecretsExpireAt)
    .executeTakeFirstOrThrow()
  return numUpdatedRows
}

async function replaceResponse(tx: Change, { before, after }: Resealed<SealedResponse>): Promise<bigint> {
  const { numUpdatedRows } = await tx
    .updateTable('idempotencyKeys')
    .set({ sealedBody: after.sealedBody })
    .where('workspaceId', '=', before.workspaceId)
    .where('key', '=', before.rowKey)
    .where('sealedBody', '=', before.sealedBody)
    .executeTakeFirstOrThrow()
  return numUpdatedRows
}
