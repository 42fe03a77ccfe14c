// Owns reading attempts. They are written by the backend's hot path only.
import { readAttempt } from '../shared/attempt-record.ts'
import type { AttemptRow, RecordStorage } from '../storage.ts'
import { fetchLimit, historyOf } from './lists.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Change, Database } from './tables.ts'

type AttemptRecords = Pick<RecordStorage, 'listAttempts'>

const COLUMNS = [
  'number',
  'trigger',
  'startedAt',
  'durationMs',
  'outcome',
  'responseStatus',
  'remoteAddress',
  'error',
  'timings',
  'requestHeaders',
  'responseHeaders',
  'responseBody',
] as const

export function attemptRecords(db: Database, keys: RowKeys): AttemptRecords {
  return {
    async listAttempts(workspaceId, deliveryId, request) {
      const rows = await ofDelivery(db, keys, workspaceId, deliveryId)
        .$if(request.before !== null, (query) => query.where('number', '<', request.before ?? 0))
        .limit(fetchLimit(request))
        .execute()
      return historyOf(rows, request, (row) => row.number, readAttempt)
    },
  }
}

export async function lastAttempt(
  db: Database | Change,
  keys: RowKeys,
  workspaceId: string,
  deliveryId: string,
): Promise<AttemptRow | null> {
  const row = await ofDelivery(db, keys, workspaceId, deliveryId).limit(1).executeTakeFirst()
  return row === undefined ? null : readAttempt(row)
}

/** Newest first. */
function ofDelivery(db: Database | Change, keys: RowKeys, workspaceId: string, deliveryId: string) {
  const rows = db
    .selectFrom('attempts')
    .select(COLUMNS)
    .where('workspaceId', '=', workspaceId)
    .where('deliveryId', '=', deliveryId)
  return narrow(rows, keys.delivery(deliveryId)).orderBy('number', 'desc')
}
