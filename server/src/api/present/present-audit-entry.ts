// Owns how an audit entry is shown.
import type { AuditEntry } from '@timbre/contract/audit-entry.ts'
import type { AuditRow } from '../../storage/storage.ts'
import { isoTime } from './iso-time.ts'

export function presentAuditEntry(row: AuditRow): AuditEntry {
  const { id, workspaceId, action, actor, targetId, remoteAddress } = row
  return {
    id,
    workspaceId,
    action,
    actor,
    targetId,
    changedFields: [...row.changedFields],
    remoteAddress,
    createdAt: isoTime(row.createdAt),
  }
}
