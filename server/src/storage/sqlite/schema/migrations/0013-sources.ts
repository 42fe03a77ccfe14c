// Owns the thirteenth version of the tables: sources, their calls and signals. Must never be edited once released: a later change is a
// later migration.
import type { Migration } from './migration.ts'

/**
 * A source that was deleted has a row until nothing refers to it. Of calls the index by time has those that are to be looked at, and
 * no others.
 */
export const sources: Migration = {
  version: 13,
  name: 'sources',
  sql: `
CREATE TABLE sources (
  workspace_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  token TEXT NOT NULL,
  sealed TEXT NOT NULL,
  secret_preview TEXT NOT NULL,
  previous_secret_expires_at INTEGER,
  has_api_key INTEGER NOT NULL CHECK (has_api_key IN (0, 1)),
  setup TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX sources_by_token ON sources (workspace_id, token);

CREATE TABLE source_calls (
  workspace_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT,
  version INTEGER NOT NULL,
  tracked TEXT NOT NULL,
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, source_id, call_id)
) STRICT;
CREATE INDEX source_calls_by_id ON source_calls (workspace_id, call_id);
CREATE INDEX source_calls_due ON source_calls (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX source_calls_over ON source_calls (workspace_id, source_id, updated_at) WHERE due_at IS NULL;

CREATE TABLE source_signals (
  workspace_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  dedupe_key TEXT NOT NULL,
  id TEXT NOT NULL,
  call_id TEXT,
  event TEXT NOT NULL,
  state TEXT,
  occurred_at INTEGER,
  received_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (workspace_id, source_id, dedupe_key)
) STRICT;
CREATE INDEX source_signals_of_call ON source_signals (workspace_id, call_id, id);
CREATE INDEX source_signals_by_time ON source_signals (workspace_id, source_id, received_at);

CREATE TABLE refused_requests (
  workspace_id TEXT NOT NULL,
  source_id TEXT NOT NULL,
  id TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  cause TEXT NOT NULL,
  detail TEXT,
  remote_address TEXT,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  unkept INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, source_id, id)
) STRICT;
`,
}
