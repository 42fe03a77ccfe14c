// Owns what happens at /v1/audit-log, with the admin key.
import type { Api } from '../api.ts'
import { HistoryList } from '../present/cursor.ts'
import { presentAuditEntry } from '../present/present-audit-entry.ts'
import { knownId } from '../validation/known-id.ts'
import type { Handlers } from './call.ts'

export function auditLogHandlers(api: Api): Pick<Handlers, 'listAuditEntries'> {
  return {
    async listAuditEntries({ caller, query }) {
      const { workspaceId } = query
      const only = workspaceId === undefined ? null : knownId('workspace', workspaceId)
      const list = new HistoryList(api, 'audit', caller)
      const request = list.request(query)
      return list.present(request, await api.storage.listAuditEntries(only, request), presentAuditEntry)
    },
  }
}
