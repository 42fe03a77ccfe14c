// Owns the fifth version of the tables: the index by which what is due is found names the workspace. Must never be edited once
// released: a later change is a later migration.
import type { Migration } from './migration.ts'

/**
 * Built beside the writers of the version before, which go on with the older index until the next migration drops it.
 * docs/decisions/0027-every-hot-statement-names-its-workspace.md says why.
 */
export const dueByWorkspace: Migration = {
  version: 5,
  name: 'due by workspace',
  compatibleFrom: 4,
  needsCare: true,
  index: {
    name: 'deliveries_due_of_webhook',
    table: 'deliveries',
    on: '(workspace_id, webhook_id, next_attempt_at, seq) WHERE next_attempt_at IS NOT NULL',
  },
}
