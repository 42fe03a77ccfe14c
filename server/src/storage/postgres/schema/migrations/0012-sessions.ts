// Owns the twelfth version of the tables: sessions of browsers. Must never be edited once released: a later change is a later
// migration.
import type { Migration } from './migration.ts'

/** Of an operator's the workspace is the nil UUID, as in `idempotency_keys`. A hash is null while there is no link, or no cookie yet. */
export const sessions: Migration = {
  version: 12,
  name: 'sessions',
  compatibleFrom: 7,
  sql: `
CREATE TABLE sessions (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  link_hash text COLLATE "C" UNIQUE,
  hash text COLLATE "C" UNIQUE,
  capabilities text,
  locale text,
  theme text,
  created_by text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  used_at bigint,
  last_seen_at bigint,
  expires_at bigint NOT NULL,
  lives_until bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX sessions_by_id ON sessions (id);
CREATE INDEX sessions_of_workspace ON sessions (workspace_id, kind, created_at, id);
CREATE INDEX sessions_by_end ON sessions (lives_until);
`,
}
