// Owns what happens at /v1/audit-log, with the admin key.
import type { Api } from '../api.ts'
import type { Handlers } from '../call.ts'
import { historyRequest, presentHistory } from '../cursor.ts'
import { knownId } from '../known-id.ts'
import { presentAuditEntry } from '../present/present-audit-entry.ts'

export function auditLogHandlers({ storage }: Api): Pick<Handlers, 'listAuditEntries'> {
  return {
    async listAuditEntries({ query }) {
      const { workspaceId } = query
      const only = workspaceId === undefined ? null : knownId('workspace', workspaceId)
      const request = historyRequest('audit', query)
      return presentHistory('audit', request, await storage.listAuditEntries(only, request), presentAuditEntry)
    },
  }
}
