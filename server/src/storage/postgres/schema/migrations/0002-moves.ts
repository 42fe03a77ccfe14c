// Owns the second version of the tables: how far a move from SQLite came. Must never be edited once released: a later
// change is a later migration.
import type { Migration } from './migration.ts'

/** One row, of the one move that a database can take. A program of version 1 knows nothing of it and needs nothing of it. */
export const moves: Migration = {
  version: 2,
  name: 'moves',
  compatibleFrom: 1,
  sql: `
CREATE TABLE moves (
  source text PRIMARY KEY,
  started_at bigint NOT NULL,
  stage text NOT NULL,
  position bigint NOT NULL,
  rows_moved bigint NOT NULL,
  finished_at bigint
);
`,
}
