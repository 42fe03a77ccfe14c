// Owns reading attempts. They are written by the backend's hot path only.
import type { Timings } from '@timbre/contract/attempt.ts'
import { readAttempt } from '../shared/attempt-record.ts'
import type { AttemptRow, AttemptSummaryRow, DeliveryRow, RecordStorage } from '../storage.ts'
import { fetchLimit, historyOf } from './lists.ts'
import { narrow, type RowKeys } from './row-keys.ts'
import type { Change, Database } from './tables.ts'

type AttemptRecords = Pick<RecordStorage, 'listAttempts' | 'listAttemptsOfDeliveries'>

const SUMMARY_COLUMNS = [
  'number',
  'trigger',
  'startedAt',
  'durationMs',
  'outcome',
  'responseStatus',
  'remoteAddress',
  'error',
  'timings',
] as const
const COLUMNS = [...SUMMARY_COLUMNS, 'requestHeaders', 'responseHeaders', 'responseBody'] as const

export function attemptRecords(db: Database, keys: RowKeys): AttemptRecords {
  return {
    async listAttempts(workspaceId, deliveryId, request) {
      const rows = await ofDelivery(db, keys, workspaceId, deliveryId)
        .$if(request.before !== null, (query) => query.where('number', '<', request.before ?? 0))
        .limit(fetchLimit(request))
        .execute()
      return historyOf(rows, request, (row) => row.number, readAttempt)
    },
    listAttemptsOfDeliveries: (workspaceId, deliveries, each) => ofDeliveries(db, keys, workspaceId, deliveries, each),
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

/** Attempts are numbered from 1, so that a delivery tells which of its are the newest: few have more than are wanted. */
async function ofDeliveries(
  db: Database,
  keys: RowKeys,
  workspaceId: string,
  deliveries: readonly Pick<DeliveryRow, 'id' | 'attempts'>[],
  each: number,
): Promise<readonly AttemptSummaryRow[]> {
  const attempted = deliveries.filter(({ attempts }) => attempts > 0)
  const short = attempted.filter(({ attempts }) => attempts <= each)
  const query = (ids: readonly string[], after: number) =>
    narrow(
      db
        .selectFrom('attempts')
        .select(['deliveryId', ...SUMMARY_COLUMNS])
        .where('workspaceId', '=', workspaceId)
        .where('deliveryId', 'in', ids)
        .where('number', '>', after),
      keys.delivery(...ids),
    )
      .limit(ids.length * each)
      .execute()
  const rows =
    short.length === 0
      ? []
      : await query(
          short.map(({ id }) => id),
          0,
        )
  for (const { id, attempts } of attempted.filter((one) => one.attempts > each))
    rows.push(...(await query([id], attempts - each)))
  // Written by attemptRecord from the same type.
  return rows.map((row) => ({ ...row, timings: JSON.parse(row.timings) as Timings }))
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
