// Owns looking at statistics, and removing what is past its time. They are written by each backend where attempts are recorded.
import { sql } from 'kysely'
import { KEPT_SIZES, keptSince } from '../../insight/statistics/bucket-sizes.ts'
import { WHOLE_INSTANCE, WHOLE_WORKSPACE } from '../../insight/statistics/folded-buckets.ts'
import type { BucketQuery, BucketRow, Storage } from '../storage.ts'
import { endedBy, type RowKeys } from './row-keys.ts'
import type { Database } from './tables.ts'

type StatisticsRecords = Pick<Storage, 'pruneStatistics' | 'listBuckets'>

export function statisticsRecords(db: Database, keys: RowKeys): StatisticsRecords {
  return {
    listBuckets: (query) => listBuckets(db, query),
    pruneStatistics: async (now, rowsMax) => prune(db, await endedBy(db, keys, now), rowsMax),
  }
}

/** One statement: between two, increments might become buckets, and be counted twice or not at all. */
function listBuckets(db: Database, { workspaceId, webhookId, size, since, until }: BucketQuery): Promise<BucketRow[]> {
  return db
    .selectFrom('statisticsBuckets')
    .select(['startAt as at', 'cells'])
    .where('workspaceId', '=', workspaceId)
    .where('webhookId', '=', webhookId ?? WHOLE_WORKSPACE)
    .where('size', '=', size)
    .where('startAt', '>=', since)
    .where('startAt', '<', until)
    .unionAll(
      db
        .selectFrom('statisticsIncrements')
        .select(['minute as at', 'cells'])
        .$if(workspaceId !== WHOLE_INSTANCE, (query) => query.where('workspaceId', '=', workspaceId))
        .$if(webhookId !== null, (query) => query.where('webhookId', '=', webhookId ?? ''))
        .where('minute', '>=', since)
        .where('minute', '<', until),
    )
    .execute()
}

async function prune(db: Database, now: number, rowsMax: number): Promise<number> {
  let removed = 0
  for (const size of KEPT_SIZES) {
    if (removed >= rowsMax) break
    const { numAffectedRows } = await sql`
      DELETE FROM statistics_buckets WHERE (workspace_id, webhook_id, size, start_at) IN (
        SELECT workspace_id, webhook_id, size, start_at FROM statistics_buckets
        WHERE size = ${size} AND start_at + 0 < ${keptSince(size, now)} ORDER BY start_at + 0 LIMIT ${rowsMax - removed})`.execute(
      db,
    )
    removed += Number(numAffectedRows ?? 0n)
  }
  return removed
}
