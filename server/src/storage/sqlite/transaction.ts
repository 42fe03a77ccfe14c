// Owns the transaction of the hot path: all or nothing, on disk when it returns.
import type { DatabaseSync } from 'node:sqlite'

/**
 * Runs the work between BEGIN IMMEDIATE and COMMIT. Must not be entered inside another transaction.
 * @throws what the work or the commit threw; then nothing was written
 */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has rolled back by itself after some faults, a full disk among them.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
