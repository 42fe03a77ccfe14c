// Owns the rows of the audit log. Must never change one, nor remove one that is neither past its time nor one too many.
import type { Selectable } from 'kysely'
import type { AuditRow, PruneAuditRequest, PruneAuditResult, RecordStorage, RemovalStorage } from '../storage.ts'
import { change } from './change.ts'
import { fetchLimit, historyOf } from './lists.ts'
import type { AuditEntriesTable, Database } from './tables.ts'

type AuditRecords = Pick<RecordStorage, 'listAuditEntries' | 'listChangesOf' | 'addAuditEntry'> &
  Pick<RemovalStorage, 'pruneAuditEntries'>

const DAY_MS = 24 * 3_600_000

export function auditRecords(db: Database): AuditRecords {
  return {
    /** `null`: of the whole instance, with the entries of every workspace. */
    async listAuditEntries(workspaceId, request) {
      const rows = await db
        .selectFrom('auditEntries')
        .selectAll()
        .$if(workspaceId !== null, (query) => query.where('workspaceId', '=', workspaceId))
        .$if(request.before !== null, (query) => query.where('seq', '<', request.before ?? 0))
        .orderBy('seq', 'desc')
        .limit(fetchLimit(request))
        .execute()
      return historyOf(rows, request, (row) => row.seq, readEntry)
    },

    listChangesOf: (workspaceId, targetId, since) => listChangesOf(db, workspaceId, targetId, since),

    addAuditEntry: (context) => change(db, context, async () => {}),
    pruneAuditEntries: (request) => prune(db, request),
  }
}

/** No index goes by what was changed: the newest of the workspace are looked at. */
const CHANGES_LOOKED_AT = 1000
const CHANGES_MAX = 50

async function listChangesOf(db: Database, workspaceId: string, targetId: string, since: number): Promise<AuditRow[]> {
  const entries = db.selectFrom('auditEntries').where('workspaceId', '=', workspaceId).orderBy('seq', 'desc')
  const last = await entries
    .select('seq')
    .offset(CHANGES_LOOKED_AT - 1)
    .limit(1)
    .executeTakeFirst()
  const rows = await entries
    .selectAll()
    .where('seq', '>=', last?.seq ?? 0)
    .where('targetId', '=', targetId)
    .where('createdAt', '>=', since)
    .limit(CHANGES_MAX)
    .execute()
  return rows.map(readEntry)
}

function readEntry(row: Selectable<AuditEntriesTable>): AuditRow {
  // Written from the same type by insertAuditEntry.
  return { ...row, changedFields: JSON.parse(row.changedFields) as string[] }
}

/** First what is too old, of the whole instance; then one workspace after another. */
async function prune(db: Database, request: PruneAuditRequest): Promise<PruneAuditResult> {
  const { after, rowsMax } = request
  if (after === null) {
    const { removed, isMore } = await removeOld(db, request)
    // No id is smaller than the empty text.
    return { removed, next: isMore ? null : '', isDone: false }
  }
  const workspace = await db
    .selectFrom('workspaces')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (workspace === undefined) return { removed: 0, next: null, isDone: true }
  const removed = await removeTooMany(db, workspace.id, request)
  return { removed, next: removed === rowsMax ? after : workspace.id, isDone: false }
}

/** Entries are added in the order of time, give or take the clocks of nodes: the oldest are among those with the lowest numbers. */
async function removeOld(db: Database, { now, retentionDays, rowsMax }: PruneAuditRequest) {
  if (retentionDays === 0) return { removed: 0, isMore: false }
  const cutoff = now - retentionDays * DAY_MS
  const rows = await db.selectFrom('auditEntries').select(['seq', 'createdAt']).orderBy('seq').limit(rowsMax).execute()
  const old = rows.filter(({ createdAt }) => createdAt < cutoff)
  const removed = await removeEntries(db, old)
  return { removed, isMore: rows.length === rowsMax && removed > 0 }
}

async function removeTooMany(
  db: Database,
  workspaceId: string,
  { entriesMax, rowsMax }: PruneAuditRequest,
): Promise<number> {
  const entries = db.selectFrom('auditEntries').select('seq').where('workspaceId', '=', workspaceId)
  const first = await entries.orderBy('seq', 'desc').limit(1).offset(entriesMax).executeTakeFirst()
  if (first === undefined) return 0
  return removeEntries(db, await entries.where('seq', '<=', first.seq).orderBy('seq').limit(rowsMax).execute())
}

async function removeEntries(db: Database, rows: readonly { readonly seq: number }[]): Promise<number> {
  if (rows.length === 0) return 0
  const { numDeletedRows } = await db
    .deleteFrom('auditEntries')
    .where(
      'seq',
      'in',
      rows.map(({ seq }) => seq),
    )
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
