// Owns the fourteenth version of the tables: the log of changes of deliveries, for the live stream. Must never be edited once released: a
// later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0070-live-stream.md says why. A row is what one transaction changed in one workspace: a list of JSON, as
 * `shared/change-batch.ts` writes it. It refers to deliveries and holds nothing of what was published.
 */
export const deliveryChanges: Migration = {
  version: 14,
  name: 'delivery changes',
  sql: `
CREATE TABLE delivery_changes (
  workspace INTEGER NOT NULL,
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  entries TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_changes_of_workspace ON delivery_changes (workspace);
`,
}
