// Owns the third version of the tables: each node says which tables it knows. Must never be edited once released: a later
// change is a later migration.
import type { Migration } from './migration.ts'

/** A program of version 1 or 2 writes its row without the column, and so says 2. */
export const nodeVersions: Migration = {
  version: 3,
  name: 'node versions',
  compatibleFrom: 1,
  sql: 'ALTER TABLE nodes ADD COLUMN tables_version int NOT NULL DEFAULT 2',
}
