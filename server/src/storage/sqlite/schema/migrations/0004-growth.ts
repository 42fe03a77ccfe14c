// Owns the fourth version of the tables: what keeps lists as quick on ten million rows as on ten.
import type { Migration } from './migration.ts'

/*
 * - Lists of events by time begin where that time was accepted, found by halves (`sequence-search.ts`). An event whose
 *   own time lies more than an hour off is found by `events_with_own_time`, which is empty where publishers do not choose
 *   times and so costs an accepted event nothing.
 * - The planner is told once what a large file looks like, and never counts by itself (ANALYZE): a plan is the same in an
 *   empty file, in a full one and in the tests. Without it every index looks alike to it, and between two sequence
 *   numbers it reads a whole workspace to find one webhook. For each index: how many rows it has, then how many have the
 *   same first column, the same first two, and so on.
 */
export const growth: Migration = {
  version: 4,
  name: 'growth',
  sql: `
CREATE INDEX events_with_own_time ON events (workspace_id) WHERE abs(created_at - accepted_at) > 3600000;

ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('events', 'events_id', '5000000 250000 1'),
  ('events', 'events_of_workspace', '5000000 250000'),
  ('events', 'events_of_call', '5000000 250000 4'),
  ('events', 'events_with_own_time', '50000 2500'),
  ('deliveries', 'deliveries_id', '10000000 1'),
  ('deliveries', 'deliveries_of_workspace', '10000000 500000'),
  ('deliveries', 'deliveries_of_webhook', '10000000 500000 20000'),
  ('deliveries', 'deliveries_of_event', '10000000 500000 2'),
  ('deliveries', 'deliveries_unfinished', '500000 250000 12500'),
  ('deliveries', 'deliveries_left_of_webhook', '500000 25000 1000 500'),
  ('deliveries', 'deliveries_due', '100000 200 1'),
  ('deliveries', 'deliveries_in_call', '10000 500 20 2'),
  ('attempts', 'attempts_of_delivery', '10000000 1 1');
ANALYZE sqlite_schema;
`,
}
