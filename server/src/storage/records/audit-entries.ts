// Owns the rows of the audit log. Must never change or remove one.
import type { RecordStorage } from '../storage.ts'
import { change } from './change.ts'
import { fetchLimit, historyOf } from './lists.ts'
import type { Database } from './tables.ts'

type AuditRecords = Pick<RecordStorage, 'listAuditEntries' | 'addAuditEntry'>

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
      return historyOf(
        rows,
        request,
        (row) => row.seq,
        // Written from the same type by insertAuditEntry.
        (row) => ({ ...row, changedFields: JSON.parse(row.changedFields) as string[] }),
      )
    },

    addAuditEntry: (context) => change(db, context, async () => {}),
  }
}
