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
  compatibleFrom: 7,
  sql: `
CREATE TABLE sources (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  token text COLLATE "C" NOT NULL,
  sealed text NOT NULL,
  secret_preview text NOT NULL,
  previous_secret_expires_at bigint,
  has_api_key smallint NOT NULL CHECK (has_api_key IN (0, 1)),
  setup text NOT NULL,
  version int NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  deleted_at bigint,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX sources_by_token ON sources (workspace_id, token);

CREATE TABLE source_calls (
  workspace_id text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  call_id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  state text,
  version int NOT NULL,
  tracked text NOT NULL,
  due_at bigint,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, source_id, call_id)
);
CREATE INDEX source_calls_by_id ON source_calls (workspace_id, call_id);
CREATE INDEX source_calls_due ON source_calls (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX source_calls_over ON source_calls (workspace_id, source_id, updated_at) WHERE due_at IS NULL;

CREATE TABLE source_signals (
  workspace_id text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  dedupe_key text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  call_id text COLLATE "C",
  event text NOT NULL,
  state text,
  occurred_at bigint,
  received_at bigint NOT NULL,
  payload text NOT NULL,
  PRIMARY KEY (workspace_id, source_id, dedupe_key)
);
CREATE INDEX source_signals_of_call ON source_signals (workspace_id, call_id, id);
CREATE INDEX source_signals_by_time ON source_signals (workspace_id, source_id, received_at);

CREATE TABLE refused_requests (
  workspace_id text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  received_at bigint NOT NULL,
  cause text NOT NULL,
  detail text,
  remote_address text,
  headers text NOT NULL,
  body text NOT NULL,
  unkept int NOT NULL,
  PRIMARY KEY (workspace_id, source_id, id)
);
`,
}
