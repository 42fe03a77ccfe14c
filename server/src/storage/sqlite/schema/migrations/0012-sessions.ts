// Owns the twelfth version of the tables: sessions of browsers. Must never be edited once released: a later change is a later
// migration.
import type { Migration } from './migration.ts'

/** Of an operator's the workspace is the nil UUID, as in `idempotency_keys`. A hash is null while there is no link, or no cookie yet. */
export const sessions: Migration = {
  version: 12,
  name: 'sessions',
  sql: `
CREATE TABLE sessions (
  workspace_id TEXT NOT NULL,
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  link_hash TEXT UNIQUE,
  hash TEXT UNIQUE,
  capabilities TEXT,
  locale TEXT,
  theme TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  last_seen_at INTEGER,
  expires_at INTEGER NOT NULL,
  lives_until INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_workspace ON sessions (workspace_id, kind, created_at, id);
CREATE INDEX sessions_by_end ON sessions (lives_until);
`,
}
