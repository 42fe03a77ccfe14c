// Owns the transaction of the hot path: all or nothing, on disk when the outermost one returns.
import type { DatabaseSync } from 'node:sqlite'

interface Words {
  readonly begin: string
  readonly commit: string
  readonly rollback: string
}

const OUTERMOST: Words = { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', rollback: 'ROLLBACK' }
/** Inside a transaction that several calls share (`call-queue.ts`): one that fails leaves the others as they are. */
const WITHIN: Words = { begin: 'SAVEPOINT part', commit: 'RELEASE part', rollback: 'ROLLBACK TO part; RELEASE part' }

/**
 * Runs the work in a transaction of its own or, when one is open, in a part of that one.
 * @throws what the work or the commit threw; then nothing of it was written
 */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  const { begin, commit, rollback } = db.isTransaction ? WITHIN : OUTERMOST
  db.exec(begin)
  try {
    const result = work()
    db.exec(commit)
    return result
  } catch (error) {
    // SQLite has rolled back all of it by itself after some faults, a full disk among them.
    if (db.isTransaction) db.exec(rollback)
    throw error
  }
}
