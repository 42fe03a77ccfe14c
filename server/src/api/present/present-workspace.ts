// Owns how a workspace is shown.
import type { Workspace } from '@timbre/contract/workspace.ts'
import type { WorkspaceRow } from '../../storage/storage.ts'
import { isoTime } from '../iso-time.ts'

export function presentWorkspace(row: WorkspaceRow): Workspace {
  return { id: row.id, name: row.name, createdAt: isoTime(row.createdAt) }
}
