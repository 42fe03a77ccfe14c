// Owns the eighth version of the tables: the index of the list of workspaces. Must never be edited once released: a later change is a
// later migration.
import type { Migration } from './migration.ts'

/** The list is newest first: without it each page sorts all of them. */
export const workspacesByTime: Migration = {
  version: 8,
  name: 'workspaces by time',
  sql: 'CREATE INDEX workspaces_by_time ON workspaces (created_at, id)',
}
