// Owns the fifteenth version of the tables: a lease says in which days its deliveries lie. Must never be edited once released: a later
// change is a later migration.
import type { Migration } from './migration.ts'

/*
 * From a lease its deliveries are found by its token, in an index of each partition: with a month of them 34 seeks, of which all but one
 * find nothing. A lease that was made before, or by a node of an older version, says that they may lie in any day.
 */
export const daysOfLeases: Migration = {
  version: 15,
  name: 'days of leases',
  compatibleFrom: 7,
  sql: `
ALTER TABLE leases ADD COLUMN first_day int NOT NULL DEFAULT -2147483648, ADD COLUMN last_day int NOT NULL DEFAULT 2147483647;
`,
}
