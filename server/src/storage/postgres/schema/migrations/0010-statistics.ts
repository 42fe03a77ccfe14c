// Owns the tenth version of the tables: statistics kept where attempts are recorded, and the counters of webhooks in a narrow table.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0062-statistics.md says why.
 * - A batch of results adds a row of increments for each of its webhooks; the id makes equal ones of two transactions two rows, so
 *   that nobody waits for anybody. Folding takes them away and adds them to buckets.
 * - `webhook_id` '' is all of a workspace. `cells` is JSON (server/src/insight/statistics/cells.ts).
 * - Only pruning goes by time, and says `start_at + 0`: no other statement is led by that index.
 * - A webhook's counters are what its own row has and what `webhook_counters` has, added: nodes of an older version go on counting in
 *   the first. What they record is in no statistics.
 */
export const statistics: Migration = {
  version: 10,
  name: 'statistics',
  compatibleFrom: 7,
  sql: `
CREATE TABLE statistics_increments (
  workspace_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  increment_id bigint GENERATED ALWAYS AS IDENTITY,
  minute bigint NOT NULL,
  cells text NOT NULL,
  PRIMARY KEY (workspace_id, webhook_id, increment_id)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE TABLE statistics_buckets (
  workspace_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  size text COLLATE "C" NOT NULL,
  start_at bigint NOT NULL,
  cells text NOT NULL,
  PRIMARY KEY (workspace_id, webhook_id, size, start_at)
) WITH (fillfactor = 70);
CREATE INDEX statistics_buckets_by_time ON statistics_buckets (size, (start_at + 0));

CREATE TABLE webhook_counters (
  workspace_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  success_count bigint NOT NULL,
  failure_count bigint NOT NULL,
  last_delivery_at bigint,
  PRIMARY KEY (workspace_id, webhook_id)
) WITH (fillfactor = 50);
`,
}
