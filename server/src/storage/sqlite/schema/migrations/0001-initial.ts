// Owns the first version of the tables. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * Every table leads with workspace_id. Four things are chosen for the hot path:
 * - No foreign keys on events, deliveries and attempts: they are made by joins inside the same transaction, and a key
 *   would cost a lookup per row and an index more per table when old rows are removed.
 * - `seq` is the rowid: history is listed by it, newest first, and every index ends with it for nothing.
 * - No CHECK on deliveries: four of them cost a seventh of accepting an event. The conformance suite checks the same.
 * - Indexes on the status leave the successes out, so that they stay small; the second one leaves out what is being
 *   sent too, so that a delivery that succeeds at once never touches it.
 * Ids of deliveries are UUIDv7, so that the index on them grows at its end only.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  sql: `
CREATE TABLE workspaces (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  environment TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  preview TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;
CREATE INDEX api_keys_of_workspace ON api_keys (workspace_id, created_at);

CREATE TABLE webhooks (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  ordering TEXT NOT NULL,
  version INTEGER NOT NULL,
  success_count INTEGER NOT NULL CHECK (success_count >= 0),
  failure_count INTEGER NOT NULL CHECK (failure_count >= 0),
  last_delivery_at INTEGER,
  failing_since INTEGER,
  warned_percent INTEGER NOT NULL DEFAULT 0,
  disabled_reason TEXT,
  rate_limit_per_second INTEGER,
  retry_schedule TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  url TEXT NOT NULL,
  description TEXT,
  secret_preview TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,
  sealed_previous_secret TEXT,
  previous_secret_expires_at INTEGER,
  sealed_headers TEXT NOT NULL
) STRICT;
CREATE INDEX webhooks_of_workspace ON webhooks (workspace_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_to_judge ON webhooks (id)
  WHERE deleted_at IS NULL AND is_active = 1 AND (failing_since IS NOT NULL OR warned_percent > 0);
CREATE INDEX webhooks_deleted ON webhooks (workspace_id, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE subscriptions (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id),
  event_key TEXT NOT NULL,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX subscriptions_of_webhook ON subscriptions (webhook_id, event_key);
CREATE INDEX subscriptions_by_key ON subscriptions (workspace_id, event_key);

CREATE TABLE event_types (
  workspace_id TEXT NOT NULL REFERENCES workspaces (id),
  key TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  schema TEXT NOT NULL,
  example TEXT NOT NULL,
  is_deprecated INTEGER NOT NULL CHECK (is_deprecated IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, key)
) STRICT;

CREATE TABLE events (
  workspace_id TEXT NOT NULL,
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
CREATE UNIQUE INDEX events_id ON events (workspace_id, id);
CREATE INDEX events_of_workspace ON events (workspace_id);
CREATE INDEX events_of_call ON events (workspace_id, call_id) WHERE call_id IS NOT NULL;

CREATE TABLE deliveries (
  workspace_id TEXT NOT NULL,
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  subscription_id TEXT,
  event_id TEXT NOT NULL,
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
CREATE UNIQUE INDEX deliveries_id ON deliveries (id);
CREATE INDEX deliveries_of_workspace ON deliveries (workspace_id);
CREATE INDEX deliveries_of_webhook ON deliveries (workspace_id, webhook_id);
CREATE INDEX deliveries_of_event ON deliveries (workspace_id, event_id);
CREATE INDEX deliveries_unfinished ON deliveries (status, workspace_id) WHERE status <> 'success';
CREATE INDEX deliveries_left_of_webhook ON deliveries (workspace_id, webhook_id, status)
  WHERE status IN ('queued', 'failed');
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_attempt_at)
  WHERE status = 'queued' AND next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_in_call ON deliveries (workspace_id, webhook_id, order_key)
  WHERE order_key IS NOT NULL AND status IN ('queued', 'sending');

CREATE TABLE attempts (
  workspace_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
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
CREATE UNIQUE INDEX attempts_of_delivery ON attempts (delivery_id, number);

CREATE TABLE audit_entries (
  workspace_id TEXT,
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  target_id TEXT NOT NULL,
  changed_fields TEXT NOT NULL,
  remote_address TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_entries_of_workspace ON audit_entries (workspace_id);

CREATE TABLE idempotency_keys (
  workspace_id TEXT NOT NULL,
  key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_events TEXT,
  status INTEGER,
  sealed_body TEXT,
  PRIMARY KEY (workspace_id, key)
) STRICT;
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
`,
}
