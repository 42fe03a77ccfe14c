// Owns the second version of the tables: replays. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * `test_events` marks the events that a test send made, which a replay must not send to anybody. It is a table of its own,
 * so that an accepted event pays nothing for it; the trigger keeps it as small as the events are.
 */
export const replays: Migration = {
  version: 2,
  name: 'replays',
  sql: `
CREATE TABLE replays (
  workspace_id TEXT NOT NULL,
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  event_keys TEXT,
  "only" TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'finished', 'cancelled')),
  matched INTEGER NOT NULL,
  matched_is_exact INTEGER NOT NULL CHECK (matched_is_exact IN (0, 1)),
  queued INTEGER NOT NULL,
  walk_position INTEGER,
  walk_end INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX replays_of_webhook ON replays (workspace_id, webhook_id, created_at);
CREATE INDEX replays_running ON replays (created_at) WHERE status = 'running';

CREATE TABLE test_events (
  workspace_id TEXT NOT NULL,
  event_seq INTEGER PRIMARY KEY
) STRICT;
INSERT INTO test_events
  SELECT DISTINCT e.workspace_id, e.seq FROM events e JOIN deliveries d ON d.workspace_id = e.workspace_id AND d.event_id = e.id
  WHERE d."trigger" = 'test'
    OR EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id AND a.number = 1 AND a."trigger" = 'test');
CREATE TRIGGER test_events_end AFTER DELETE ON events BEGIN
  DELETE FROM test_events WHERE event_seq = old.seq;
END;
`,
}
