// Owns the fifth version of the tables: history refers to everything by number. Must never be edited once released: a
// later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * - `ids` gives each workspace, webhook and subscription a number when it is made, and never takes it back: a delivery
 *   outlives its subscription. The rows of history hold numbers where they held texts of 36 characters, in every index too.
 * - The views have the names and columns that the tables had, for all but the hot path. What of them is not asked
 *   for is not read: an outer join with a key, whose columns nobody wants, is left out by the planner.
 * - Nothing here takes memory in proportion: nothing is sorted, which is why indexes are made before the rows are copied
 *   and UNION is not used; and no statement can undo itself alone, hence OR ROLLBACK, and DELETE before DROP.
 */
export const numbers: Migration = {
  version: 5,
  name: 'numbers',
  needsCare: true,
  sql: `
CREATE TABLE ids (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO ids (id) SELECT id FROM workspaces;
INSERT OR IGNORE INTO ids (id) SELECT id FROM webhooks;
INSERT OR IGNORE INTO ids (id) SELECT id FROM subscriptions;
INSERT OR IGNORE INTO ids (id) SELECT subscription_id FROM deliveries WHERE subscription_id IS NOT NULL;
CREATE TRIGGER workspaces_numbered AFTER INSERT ON workspaces BEGIN
  INSERT OR IGNORE INTO ids (id) VALUES (new.id);
END;
CREATE TRIGGER webhooks_numbered AFTER INSERT ON webhooks BEGIN
  INSERT OR IGNORE INTO ids (id) VALUES (new.id);
END;
CREATE TRIGGER subscriptions_numbered AFTER INSERT ON subscriptions BEGIN
  INSERT OR IGNORE INTO ids (id) VALUES (new.id);
END;

CREATE TABLE event_rows (
  workspace INTEGER NOT NULL,
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  agent_id TEXT,
  call_id TEXT,
  created_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  delivery_count INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_rows_id ON event_rows (workspace, id);
CREATE INDEX event_rows_of_workspace ON event_rows (workspace);
CREATE INDEX event_rows_of_call ON event_rows (workspace, call_id) WHERE call_id IS NOT NULL;
CREATE INDEX event_rows_with_own_time ON event_rows (workspace) WHERE abs(created_at - accepted_at) > 3600000;

CREATE TABLE delivery_rows (
  workspace INTEGER NOT NULL,
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  webhook INTEGER NOT NULL,
  subscription INTEGER,
  event_seq INTEGER NOT NULL,
  event_key TEXT NOT NULL,
  status TEXT NOT NULL,
  "trigger" TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  scheduled_attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  lease_token TEXT,
  lease_until INTEGER,
  order_key TEXT,
  awaits_turn INTEGER NOT NULL,
  held_until INTEGER,
  succeeded_at INTEGER,
  response_status INTEGER,
  last_error TEXT
) STRICT;
CREATE UNIQUE INDEX delivery_rows_id ON delivery_rows (id);
CREATE INDEX delivery_rows_of_workspace ON delivery_rows (workspace);
CREATE INDEX delivery_rows_of_webhook ON delivery_rows (workspace, webhook);
CREATE INDEX delivery_rows_of_event ON delivery_rows (event_seq);
CREATE INDEX delivery_rows_unfinished ON delivery_rows (status, workspace) WHERE status <> 'success';
CREATE INDEX delivery_rows_left_of_webhook ON delivery_rows (workspace, webhook, status)
  WHERE status IN ('queued', 'failed');
CREATE INDEX delivery_rows_due ON delivery_rows (webhook, next_attempt_at)
  WHERE status = 'queued' AND next_attempt_at IS NOT NULL;
CREATE INDEX delivery_rows_in_call ON delivery_rows (workspace, webhook, order_key)
  WHERE order_key IS NOT NULL AND status IN ('queued', 'sending');

CREATE TABLE attempt_rows (
  delivery_seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  "trigger" TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms REAL NOT NULL,
  outcome TEXT NOT NULL,
  response_status INTEGER,
  remote_address TEXT,
  error TEXT,
  timings TEXT NOT NULL,
  request_headers TEXT NOT NULL,
  response_headers TEXT,
  response_body TEXT
) STRICT;
CREATE UNIQUE INDEX attempt_rows_of_delivery ON attempt_rows (delivery_seq, number);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('ids', 'sqlite_autoindex_ids_1', '100000 1'),
  ('event_rows', 'event_rows_id', '5000000 250000 1'),
  ('event_rows', 'event_rows_of_workspace', '5000000 250000'),
  ('event_rows', 'event_rows_of_call', '5000000 250000 4'),
  ('event_rows', 'event_rows_with_own_time', '50000 2500'),
  ('delivery_rows', 'delivery_rows_id', '10000000 1'),
  ('delivery_rows', 'delivery_rows_of_workspace', '10000000 500000'),
  ('delivery_rows', 'delivery_rows_of_webhook', '10000000 500000 20000'),
  ('delivery_rows', 'delivery_rows_of_event', '10000000 2'),
  ('delivery_rows', 'delivery_rows_unfinished', '500000 250000 12500'),
  ('delivery_rows', 'delivery_rows_left_of_webhook', '500000 25000 1000 500'),
  ('delivery_rows', 'delivery_rows_due', '100000 200 1'),
  ('delivery_rows', 'delivery_rows_in_call', '10000 500 20 2'),
  ('attempt_rows', 'attempt_rows_of_delivery', '10000000 1 1');
ANALYZE sqlite_schema;

DROP TRIGGER test_events_end;
INSERT OR ROLLBACK INTO event_rows
  SELECT coalesce(w.number, 0), e.seq, e.id, e.type, e.agent_id, e.call_id, e.created_at, e.accepted_at,
    e.delivery_count, e.body
  FROM events e LEFT JOIN ids w ON w.id = e.workspace_id ORDER BY e.seq;
DELETE FROM events;
DROP TABLE events;
CREATE TRIGGER test_events_end AFTER DELETE ON event_rows BEGIN
  DELETE FROM test_events WHERE event_seq = old.seq;
END;

INSERT OR ROLLBACK INTO delivery_rows
  SELECT coalesce(w.number, 0), d.seq, d.id, coalesce(h.number, 0), s.number, coalesce(e.seq, 0), d.event_key, d.status,
    d."trigger", d.attempts, d.scheduled_attempts, d.created_at, d.updated_at, d.next_attempt_at, d.lease_token,
    d.lease_until, d.order_key, d.awaits_turn, d.held_until, d.succeeded_at, d.response_status, d.last_error
  FROM deliveries d LEFT JOIN ids w ON w.id = d.workspace_id LEFT JOIN ids h ON h.id = d.webhook_id
    LEFT JOIN ids s ON s.id = d.subscription_id
    LEFT JOIN event_rows e ON e.workspace = w.number AND e.id = d.event_id ORDER BY d.seq;
DELETE FROM deliveries;
DROP TABLE deliveries;

INSERT OR ROLLBACK INTO attempt_rows
  SELECT d.seq, a.number, a."trigger", a.started_at, a.duration_ms, a.outcome, a.response_status, a.remote_address,
    a.error, a.timings, a.request_headers, a.response_headers, a.response_body
  FROM attempts a CROSS JOIN delivery_rows d ON d.id = a.delivery_id ORDER BY a.rowid;
DELETE FROM attempts;
DROP TABLE attempts;

CREATE VIEW events AS
  SELECT w.id AS workspace_id, e.seq, e.id, e.type, e.agent_id, e.call_id, e.created_at, e.accepted_at,
    e.delivery_count, e.body
  FROM event_rows e LEFT JOIN ids w ON w.number = e.workspace;
CREATE VIEW deliveries AS
  SELECT w.id AS workspace_id, d.seq, d.id, h.id AS webhook_id, s.id AS subscription_id, e.id AS event_id, d.event_seq,
    d.event_key, d.status, d."trigger", d.attempts, d.scheduled_attempts, d.created_at, d.updated_at, d.next_attempt_at,
    d.lease_token, d.lease_until, d.order_key, d.awaits_turn, d.held_until, d.succeeded_at, d.response_status,
    d.last_error
  FROM delivery_rows d LEFT JOIN ids w ON w.number = d.workspace LEFT JOIN ids h ON h.number = d.webhook
    LEFT JOIN ids s ON s.number = d.subscription LEFT JOIN event_rows e ON e.seq = d.event_seq;
CREATE VIEW attempts AS
  SELECT w.id AS workspace_id, d.id AS delivery_id, a.number, a."trigger", a.started_at, a.duration_ms, a.outcome,
    a.response_status, a.remote_address, a.error, a.timings, a.request_headers, a.response_headers, a.response_body
  FROM attempt_rows a LEFT JOIN delivery_rows d ON d.seq = a.delivery_seq LEFT JOIN ids w ON w.number = d.workspace;
CREATE TRIGGER deliveries_retried INSTEAD OF UPDATE OF status, "trigger", next_attempt_at, updated_at, awaits_turn,
  held_until ON deliveries
BEGIN
  UPDATE delivery_rows SET status = new.status, "trigger" = new."trigger", next_attempt_at = new.next_attempt_at,
    updated_at = new.updated_at, awaits_turn = new.awaits_turn, held_until = new.held_until WHERE seq = old.seq;
END;
`,
}
