// Owns what a migration of the database is, and what one may do.
import type { ConcurrentIndex } from '../concurrent-index.ts'

/*
 * A migration runs while nodes of the versions before it, down to `compatibleFrom`, go on writing. So:
 * - It adds. A column is nullable or has a constant default; what is no longer used goes one release later, in a migration
 *   that is compatible with the release that stopped using it.
 * - It rewrites and reads no large table: a lock on one is taken for the time of a change to the catalogue. It locks one
 *   such table, in one statement: what it already has, it keeps while it waits for the next.
 * - An index on a table that events are written to is a migration of its own, with `index` in place of `sql`.
 * One whose `compatibleFrom` is its own version runs alone, with every node stopped, and may do what it likes. It costs a restart
 * of everything.
 */
export type Migration = MigrationHead & (MigrationSql | MigrationIndex)

interface MigrationHead {
  readonly version: number
  readonly name: string
  /** The oldest version of the program's tables that still works on the database after this: nodes are replaced one by one. */
  readonly compatibleFrom: number
  /** It wants every node stopped, or takes long on large tables: a ⚠ block of CHANGELOG.md says what to do before. */
  readonly needsCare?: true
}

interface MigrationSql {
  /** Run in one transaction. */
  readonly sql: string
}

interface MigrationIndex {
  /** Built beside the writers, partition by partition; begun again where a node that died had come to. */
  readonly index: ConcurrentIndex
}
