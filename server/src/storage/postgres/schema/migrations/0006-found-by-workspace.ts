// Owns the sixth version of the tables: nothing of a workspace is found without naming it, and what is unique is so within
// its workspace. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * - A program of an older version would claim without the index that is dropped here: it reads all that is queued.
 * - An entry of the audit log may belong to no workspace, which a primary key cannot say; among those the number is unique too.
 */
export const foundByWorkspace: Migration = {
  version: 6,
  name: 'found by workspace',
  compatibleFrom: 6,
  needsCare: true,
  sql: `
DROP INDEX deliveries_due;
DROP INDEX webhooks_by_id;
DROP INDEX replays_by_id;

ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_pkey;
DROP INDEX audit_entries_of_workspace;
ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_of_workspace UNIQUE NULLS NOT DISTINCT (workspace_id, seq);
CREATE INDEX audit_entries_of_all ON audit_entries (seq);
`,
}
