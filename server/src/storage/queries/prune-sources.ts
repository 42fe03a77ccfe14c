// Owns what leaves of sources: old signals and calls, and everything of a source that was deleted.
// Must never remove a call that has not ended: it is still to have its end.
import type { PruneSourcesRequest, PruneSourcesResult, SourceRow } from '../storage.ts'
import type { Database } from './tables.ts'

const DAY_MS = 24 * 3_600_000

/** See SourceStorage.pruneSources. */
export async function pruneSources(
  db: Database,
  { now, retentionDaysDefault, after, rowsMax }: PruneSourcesRequest,
): Promise<PruneSourcesResult> {
  const { workspaceId, id } = after ?? { workspaceId: '', id: '' }
  const source = await db
    .selectFrom('sources')
    .innerJoin('workspaces', 'workspaces.id', 'sources.workspaceId')
    .select(['sources.workspaceId', 'sources.id', 'sources.deletedAt', 'workspaces.retentionDays'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('sources.workspaceId', 'sources.id'), '>', tuple(workspaceId, id)))
    .orderBy('sources.workspaceId')
    .orderBy('sources.id')
    .limit(1)
    .executeTakeFirst()
  if (source === undefined) return { next: null, isDone: true }
  const days = source.retentionDays ?? retentionDaysDefault
  const isDeleted = source.deletedAt !== null
  const until = isDeleted ? now : days === 0 ? 0 : now - days * DAY_MS
  const removed = await removeOlder(db, source, until, rowsMax)
  // The same source again, until nothing of it is left that may go.
  if (removed >= rowsMax) return { next: after, isDone: false }
  if (isDeleted && (await isEmpty(db, source))) {
    await db.deleteFrom('sources').where('workspaceId', '=', source.workspaceId).where('id', '=', source.id).execute()
  }
  return { next: { workspaceId: source.workspaceId, id: source.id }, isDone: false }
}

type Key = Pick<SourceRow, 'workspaceId' | 'id'>

/** Returns how many of the one that had more. */
async function removeOlder(db: Database, { workspaceId, id }: Key, until: number, rowsMax: number): Promise<number> {
  const signals = await db
    .selectFrom('sourceSignals')
    .select('dedupeKey')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', id)
    .where('receivedAt', '<', until)
    .orderBy('receivedAt')
    .limit(rowsMax)
    .execute()
  const calls = await db
    .selectFrom('sourceCalls')
    .select('callId')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', id)
    .where('dueAt', 'is', null)
    .where('updatedAt', '<', until)
    .limit(rowsMax)
    .execute()
  if (signals.length > 0) {
    const keys = signals.map(({ dedupeKey }) => dedupeKey)
    await db
      .deleteFrom('sourceSignals')
      .where('workspaceId', '=', workspaceId)
      .where('sourceId', '=', id)
      .where('dedupeKey', 'in', keys)
      .execute()
  }
  if (calls.length > 0) {
    const ids = calls.map(({ callId }) => callId)
    await db
      .deleteFrom('sourceCalls')
      .where('workspaceId', '=', workspaceId)
      .where('sourceId', '=', id)
      .where('callId', 'in', ids)
      // A signal of this moment may have opened it again.
      .where('dueAt', 'is', null)
      .execute()
  }
  await db
    .deleteFrom('refusedRequests')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', id)
    .where('receivedAt', '<', until)
    .execute()
  return Math.max(signals.length, calls.length)
}

async function isEmpty(db: Database, { workspaceId, id }: Key): Promise<boolean> {
  const signal = await db
    .selectFrom('sourceSignals')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', id)
    .limit(1)
    .executeTakeFirst()
  const call = await db
    .selectFrom('sourceCalls')
    .select('callId')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', id)
    .limit(1)
    .executeTakeFirst()
  return signal === undefined && call === undefined
}
