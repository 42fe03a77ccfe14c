// Owns the transaction of a management change: the write, its audit entry and its stored response, all or nothing.
import { Refusal } from '@timbre/contract/errors.ts'
import { ResponseExists } from '../interface/response-exists.ts'
import { savedKey } from '../shared/saved-key.ts'
import type { ChangeContext, IdempotencyClaim, StoredResponse } from '../storage.ts'
import type { Change, Database } from './tables.ts'

/**
 * @param write does the change; what it throws undoes everything
 * @throws ResponseExists, or Refusal IDEMPOTENCY_KEY_REUSED, when the key of the request came before
 */
export function change<T>(db: Database, context: ChangeContext, write: (tx: Change) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    // First: a request that came twice must not be told that its own result is in the way.
    if (context.idempotency !== undefined) await saveResponse(tx, context.idempotency, context.now)
    const result = await write(tx)
    await insertAuditEntry(tx, context)
    return result
  })
}

export async function insertAuditEntry(tx: Change, { audit, now }: ChangeContext): Promise<void> {
  const changedFields = JSON.stringify(audit.changedFields)
  await tx
    .insertInto('auditEntries')
    .values({ ...audit, changedFields, createdAt: now })
    .execute()
}

export async function saveResponse(
  tx: Change,
  claim: IdempotencyClaim & { readonly response: StoredResponse },
  now: number,
): Promise<void> {
  const { workspaceId, requestHash, expiresAt, response } = claim
  const key = savedKey(claim)
  await tx
    .deleteFrom('idempotencyKeys')
    .where('workspaceId', '=', workspaceId)
    .where('key', '=', key)
    .where('expiresAt', '<=', now)
    .execute()
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('idempotencyKeys')
    .values({ workspaceId, key, requestHash, expiresAt, ...response, acceptedEvents: null })
    .onConflict((conflict) => conflict.columns(['workspaceId', 'key']).doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 1n) return
  const before = await tx
    .selectFrom('idempotencyKeys')
    .select('requestHash')
    .where('workspaceId', '=', workspaceId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (before?.requestHash === requestHash) throw new ResponseExists()
  throw new Refusal('IDEMPOTENCY_KEY_REUSED', { key: claim.key })
}
