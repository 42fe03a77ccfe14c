// Owns how a workspace is shown.
import type { Workspace } from '@timbre/contract/workspace.ts'
import type { WorkspaceRow } from '../../storage/storage.ts'
import { isoTime } from './iso-time.ts'

export function presentWorkspace(row: WorkspaceRow): Workspace {
  const { id, name, retentionDays, createdAt } = row
  return { id, name, retentionDays, createdAt: isoTime(createdAt) }
}
