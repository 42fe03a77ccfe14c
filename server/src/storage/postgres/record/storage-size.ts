// Owns how large the database is: measured now, and kept for each hour among the statistics.
import { SIZE_CELL, STORAGE_SIZES } from '../../../insight/statistics/storage-sizes.ts'
import type { StorageSize } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export const MEASURE_STORAGE = statement<{ readonly bytes: number }>(
  'measure_storage',
  'SELECT pg_database_size(current_database()) AS bytes',
)

export const NOTE_STORAGE_SIZE = statement(
  'note_storage_size',
  `INSERT INTO statistics_buckets (workspace_id, webhook_id, size, start_at, cells) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (workspace_id, webhook_id, size, start_at) DO NOTHING`,
)

/** What is free inside of its files is not known, and small: partitions are dropped whole. */
export async function measureStorage(session: Session): Promise<StorageSize> {
  return { bytes: (await session.get(MEASURE_STORAGE))?.bytes ?? 0, freeBytesInside: 0 }
}

/** See InstanceStorage.noteStorageSize. */
export async function noteStorageSize(session: Session, now: number): Promise<void> {
  const { workspaceId, webhookId, size, startOf } = STORAGE_SIZES
  const { bytes } = await measureStorage(session)
  const cells = JSON.stringify({ [SIZE_CELL]: bytes })
  await session.run(NOTE_STORAGE_SIZE, workspaceId, webhookId, size, startOf(now), cells)
}
