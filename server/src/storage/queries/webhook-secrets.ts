// Owns the secrets of webhooks as rows: rotating to a new one, and removing those whose time has ended.
// Must never open one: they come in sealed and stay so.
import { Refusal } from '@timbre/contract/errors.ts'
import type { ChangeContext, PreviousSecret, RecordStorage, SecretRotation } from '../storage.ts'
import { change } from './change.ts'
import { endedBy, type RowKeys } from './row-keys.ts'
import type { Change, Database, WebhooksTable } from './tables.ts'

type SecretRecords = Pick<RecordStorage, 'rotateSecret' | 'wipeExpiredSecrets'>

export function secretRecords(db: Database, keys: RowKeys): SecretRecords {
  return {
    async rotateSecret(workspaceId, id, rotation, context) {
      try {
        await change(db, context, (tx) => replaceSecret(tx, workspaceId, id, rotation, context))
        return true
      } catch (error) {
        if (error instanceof RotatedMeanwhile) return false
        throw error
      }
    },

    wipeExpiredSecrets: async (now, limit) => wipeExpired(db, await endedBy(db, keys, now), limit),
  }
}

/** The list as its columns: the text, and what finds it when the first of them ends. */
export function previousColumns(
  secrets: readonly PreviousSecret[],
): Pick<WebhooksTable, 'previousSecrets' | 'previousSecretsExpireAt'> {
  if (secrets.length === 0) return { previousSecrets: null, previousSecretsExpireAt: null }
  return {
    previousSecrets: JSON.stringify(secrets),
    previousSecretsExpireAt: Math.min(...secrets.map(({ expiresAt }) => expiresAt)),
  }
}

export function readPrevious(text: string | null): readonly PreviousSecret[] {
  // Written by previousColumns, and by the migration that made the column.
  return text === null ? [] : (JSON.parse(text) as PreviousSecret[])
}

/** Undoes the transaction of a rotation that came second. */
class RotatedMeanwhile extends Error {}

async function replaceSecret(
  tx: Change,
  workspaceId: string,
  id: string,
  { replaces, sealedSecret, secretPreview, previousSecrets }: SecretRotation,
  { now }: ChangeContext,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('webhooks')
    .set({ sealedSecret, secretPreview, ...previousColumns(previousSecrets), updatedAt: now })
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    // No two sealed texts are the same, so that this names one rotation.
    .where('sealedSecret', '=', replaces)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 1n) return
  const found = await tx
    .selectFrom('webhooks')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (found === undefined) throw new Refusal('WEBHOOK_NOT_FOUND', { id })
  throw new RotatedMeanwhile()
}

/** Without a new version: nothing is signed otherwise than before, because an attempt looks at the time itself. */
async function wipeExpired(db: Database, now: number, limit: number): Promise<number> {
  const rows = await db
    .selectFrom('webhooks')
    .select(['workspaceId', 'id', 'previousSecrets'])
    .where('previousSecretsExpireAt', '<=', now)
    .limit(limit)
    .execute()
  for (const { workspaceId, id, previousSecrets } of rows) {
    const left = readPrevious(previousSecrets).filter(({ expiresAt }) => expiresAt > now)
    await db
      .updateTable('webhooks')
      .set(previousColumns(left))
      .where('workspaceId', '=', workspaceId)
      .where('id', '=', id)
      // A rotation of this moment has made a list of its own, without what has ended.
      .where('previousSecrets', '=', previousSecrets)
      .execute()
  }
  return rows.length
}
