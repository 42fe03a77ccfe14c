// Owns the rows of sources, their calls, their signals and what was refused of them.
// Must never open what is sealed.
import { Refusal } from '@timbre/contract/errors.ts'
import { TEST_CALL_PREFIX } from '@timbre/contract/test-call.ts'
import { type Selectable, sql } from 'kysely'
import type {
  ChangeContext,
  ListedSignalRow,
  Page,
  PageRequest,
  PruneSourcesRequest,
  RefusedRequestRow,
  SealedSource,
  SourceChange,
  SourceRow,
  SourceStorage,
  TrackedCallRow,
  TrackedCallSummary,
} from '../storage.ts'
import { change } from './change.ts'
import { pageOf } from './lists.ts'
import { pruneSources } from './prune-sources.ts'
import type { Change, Database, SourcesTable } from './tables.ts'
import { flag } from './tables.ts'
import { lockWorkspace } from './workspaces.ts'

export type SourceRecords = Omit<SourceStorage, 'findTrackedCalls'>

export function sourceRecords(db: Database): SourceRecords {
  return {
    createSource: (row, limit, context) => change(db, context, (tx) => insertSource(tx, row, limit)),
    listSources: (workspaceId, request) => listSources(db, workspaceId, request),
    findSource: (workspaceId, id) => findSource(db, workspaceId, 'id', id),
    findSourceByToken: (workspaceId, token) => findSource(db, workspaceId, 'token', token),
    async updateSource(workspaceId, id, version, changes, context) {
      try {
        return await change(db, context, (tx) => updateSource(tx, { workspaceId, id, version }, changes, context))
      } catch (error) {
        if (error instanceof ChangedMeanwhile) return undefined
        throw error
      }
    },
    deleteSource: (workspaceId, id, context) => change(db, context, (tx) => deleteSource(tx, workspaceId, id, context)),
    lastSignals: (workspaceId, sourceIds) => lastSignals(db, workspaceId, sourceIds),
    addRefusedRequest: (row, keep) => db.transaction().execute((tx) => addRefused(tx, row, keep)),
    listRefusedRequests: (workspaceId, sourceId) => listRefused(db, workspaceId, sourceId),
    listSignals: (workspaceId, callId, limit) => listSignals(db, workspaceId, callId, limit),
    listSignalsOfSource: (workspaceId, sourceId, limit) => listSignalsOfSource(db, workspaceId, sourceId, limit),
    summarizeTrackedCalls: (workspaceId, callIds, signalsMax) => summarize(db, workspaceId, callIds, signalsMax),
    listTrackedCalls: (workspaceId, callId) =>
      db
        .selectFrom('sourceCalls')
        .selectAll()
        .where('workspaceId', '=', workspaceId)
        .where('callId', '=', callId)
        .execute(),
    listDueCalls: (now, limit) => listDueCalls(db, now, limit),
    pruneSources: (request: PruneSourcesRequest) => pruneSources(db, request),
    listSealedSources: (after, limit) => listSealed(db, after, limit).execute(),
    listReplacedSecrets: (after, limit) =>
      listSealed(db, after, limit).where('previousSecretExpiresAt', 'is not', null).execute(),
    replaceSealedSources: (rows) =>
      db.transaction().execute(async (tx) => {
        let replaced = 0
        for (const { before, after } of rows) replaced += await replaceSealed(tx, before, after)
        return replaced
      }),
  }
}

async function insertSource(tx: Change, row: SourceRow, limit: number): Promise<void> {
  await lockWorkspace(tx, row.workspaceId)
  const { count } = await tx
    .selectFrom('sources')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', row.workspaceId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (count >= limit) throw new Refusal('SOURCE_LIMIT_REACHED', { limit })
  await tx
    .insertInto('sources')
    .values({ ...row, hasApiKey: flag(row.hasApiKey), deletedAt: null })
    .execute()
}

async function listSources(db: Database, workspaceId: string, request: PageRequest): Promise<Page<SourceRow>> {
  const sources = db.selectFrom('sources').where('workspaceId', '=', workspaceId).where('deletedAt', 'is', null)
  return pageOf(sources, request, readSource)
}

async function findSource(
  db: Database | Change,
  workspaceId: string,
  column: 'id' | 'token',
  value: string,
): Promise<SourceRow | undefined> {
  const row = await db
    .selectFrom('sources')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where(column, '=', value)
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  return row && readSource(row)
}

/** Undoes the transaction of a change that came second. */
class ChangedMeanwhile extends Error {}

async function updateSource(
  tx: Change,
  { workspaceId, id, version }: Pick<SourceRow, 'workspaceId' | 'id' | 'version'>,
  { hasApiKey, ...same }: SourceChange,
  { now }: ChangeContext,
): Promise<SourceRow> {
  const row = await tx
    .updateTable('sources')
    .set({ ...same, ...(hasApiKey === undefined ? {} : { hasApiKey: flag(hasApiKey) }) })
    .set({ version: version + 1, updatedAt: now })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('version', '=', version)
    .where('deletedAt', 'is', null)
    .returningAll()
    .executeTakeFirst()
  if (row !== undefined) return readSource(row)
  if ((await findSource(tx, workspaceId, 'id', id)) === undefined) throw new Refusal('SOURCE_NOT_FOUND', { id })
  throw new ChangedMeanwhile()
}

/** What is secret goes at once; the row stays until nothing refers to it. */
async function deleteSource(tx: Change, workspaceId: string, id: string, { now }: ChangeContext): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('sources')
    .set({ deletedAt: now, sealed: '', secretPreview: '', setup: '{}', name: '', previousSecretExpiresAt: null })
    .where('workspaceId', '=', workspaceId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) throw new Refusal('SOURCE_NOT_FOUND', { id })
  await tx.deleteFrom('refusedRequests').where('workspaceId', '=', workspaceId).where('sourceId', '=', id).execute()
}

async function lastSignals(
  db: Database,
  workspaceId: string,
  sourceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  // One look into the index for each, however many signals there are; a page has few sources.
  for (const sourceId of sourceIds) {
    const row = await db
      .selectFrom('sourceSignals')
      .select('receivedAt')
      .where('workspaceId', '=', workspaceId)
      .where('sourceId', '=', sourceId)
      .where(({ eb, or }) => or([eb('callId', 'is', null), eb('callId', 'not like', `${TEST_CALL_PREFIX}%`)]))
      .orderBy('receivedAt', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row !== undefined) found.set(sourceId, row.receivedAt)
  }
  return found
}

async function addRefused(tx: Change, row: RefusedRequestRow, keep: number): Promise<void> {
  await tx.insertInto('refusedRequests').values(row).execute()
  const { workspaceId, sourceId } = row
  const older = tx
    .selectFrom('refusedRequests')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', sourceId)
    .orderBy('id', 'desc')
    .offset(keep)
    .limit(keep)
  await tx
    .deleteFrom('refusedRequests')
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', sourceId)
    .where('id', 'in', older)
    .execute()
}

function listRefused(db: Database, workspaceId: string, sourceId: string): Promise<RefusedRequestRow[]> {
  return db
    .selectFrom('refusedRequests')
    .selectAll()
    .where('workspaceId', '=', workspaceId)
    .where('sourceId', '=', sourceId)
    .orderBy('id', 'desc')
    .execute()
}

function signals(db: Database, workspaceId: string) {
  return db
    .selectFrom('sourceSignals')
    .select(['sourceId', 'id', 'dedupeKey', 'callId', 'event', 'state', 'occurredAt', 'receivedAt', 'payload'])
    .where('workspaceId', '=', workspaceId)
}

async function listSignals(
  db: Database,
  workspaceId: string,
  callId: string,
  limit: number,
): Promise<ListedSignalRow[]> {
  const newest = await signals(db, workspaceId)
    .where('callId', '=', callId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return newest.reverse()
}

function listSignalsOfSource(
  db: Database,
  workspaceId: string,
  sourceId: string,
  limit: number,
): Promise<ListedSignalRow[]> {
  return signals(db, workspaceId).where('sourceId', '=', sourceId).orderBy('receivedAt', 'desc').limit(limit).execute()
}

/** Without what the tracker knows, which may be long. A call has no more rows than the workspace has sources. */
async function summarize(
  db: Database,
  workspaceId: string,
  callIds: readonly string[],
  signalsMax: number,
): Promise<TrackedCallSummary[]> {
  if (callIds.length === 0) return []
  // Written as a scalar: no planner makes a join of it, which would read all signals.
  const signalCount = sql<number>`(select count(*) from (select 1 from source_signals s where s.workspace_id = ${workspaceId}
    and s.call_id = source_calls.call_id limit ${sql.lit(signalsMax)}) counted)`
  return db
    .selectFrom('sourceCalls')
    .select(['sourceId', 'callId', 'kind', 'state', 'updatedAt', signalCount.as('signalCount')])
    .where('workspaceId', '=', workspaceId)
    .where('callId', 'in', callIds)
    .execute()
}

function listDueCalls(db: Database, now: number, limit: number): Promise<TrackedCallRow[]> {
  return db.selectFrom('sourceCalls').selectAll().where('dueAt', '<=', now).orderBy('dueAt').limit(limit).execute()
}

function listSealed(db: Database, after: Pick<SourceRow, 'workspaceId' | 'id'> | null, limit: number) {
  const { workspaceId, id } = after ?? { workspaceId: '', id: '' }
  return db
    .selectFrom('sources')
    .select(['workspaceId', 'id', 'sealed', 'previousSecretExpiresAt'])
    .where('deletedAt', 'is', null)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('workspaceId', 'id'), '>', tuple(workspaceId, id)))
    .orderBy('workspaceId')
    .orderBy('id')
    .limit(limit)
}

async function replaceSealed(tx: Change, before: SealedSource, after: SealedSource): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('sources')
    .set({ sealed: after.sealed, previousSecretExpiresAt: after.previousSecretExpiresAt })
    .where('workspaceId', '=', before.workspaceId)
    .where('id', '=', before.id)
    .where('sealed', '=', before.sealed)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

function readSource({ deletedAt: _, hasApiKey, ...row }: Selectable<SourcesTable>): SourceRow {
  return { ...row, hasApiKey: hasApiKey === 1 }
}
