// Owns the fourteenth version of the tables: the log of changes of deliveries, for the live stream. Must never be edited once released: a
// later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0070-live-stream.md says why.
 * - A row is what one transaction changed in one workspace: a list of JSON, as `shared/change-batch.ts` writes it. It refers to
 *   deliveries and holds nothing of what was published.
 * - `tx` is the number of the transaction: rows below the oldest one that still runs are all that will ever be there.
 * - Not compressed: a few kilobytes that are read once or never.
 */
export const deliveryChanges: Migration = {
  version: 14,
  name: 'delivery changes',
  compatibleFrom: 7,
  sql: `
CREATE TABLE delivery_changes (
  workspace_id text COLLATE "C" NOT NULL,
  tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  at bigint NOT NULL DEFAULT ((extract(epoch from now()) * 1000)::bigint),
  entries text NOT NULL,
  PRIMARY KEY (workspace_id, tx, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE delivery_changes ALTER COLUMN entries SET STORAGE EXTERNAL;
CREATE INDEX delivery_changes_by_time ON delivery_changes (at);
`,
}
