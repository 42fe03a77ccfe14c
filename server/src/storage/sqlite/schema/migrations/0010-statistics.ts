// Owns the tenth version of the tables: statistics kept where attempts are recorded, and the counters of webhooks in a narrow table.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0062-statistics.md says why.
 * - A batch of results adds a row of increments for each of its webhooks; folding takes them away and adds them to buckets. So the
 *   table is always small, and is read whole.
 * - `webhook_id` '' is all of a workspace. `cells` is JSON (server/src/insight/statistics/cells.ts).
 * - Only pruning goes by time, and says `start_at + 0`: no other statement is led by that index.
 * - A webhook's counters are what its own row has and what `webhook_counters` has, added.
 */
export const statistics: Migration = {
  version: 10,
  name: 'statistics',
  sql: `
CREATE TABLE statistics_increments (
  increment_id INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  minute INTEGER NOT NULL,
  cells TEXT NOT NULL
) STRICT;
CREATE TABLE statistics_buckets (
  workspace_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  size TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  cells TEXT NOT NULL,
  PRIMARY KEY (workspace_id, webhook_id, size, start_at)
) STRICT;
CREATE INDEX statistics_buckets_by_time ON statistics_buckets (size, (start_at + 0));

CREATE TABLE webhook_counters (
  workspace_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  success_count INTEGER NOT NULL,
  failure_count INTEGER NOT NULL,
  last_delivery_at INTEGER,
  PRIMARY KEY (workspace_id, webhook_id)
) STRICT;
INSERT INTO webhook_counters (workspace_id, webhook_id, success_count, failure_count, last_delivery_at)
  SELECT workspace_id, id, success_count, failure_count, last_delivery_at FROM webhooks;
UPDATE webhooks SET success_count = 0, failure_count = 0, last_delivery_at = NULL;
`,
}
