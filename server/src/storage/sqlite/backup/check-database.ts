// Owns the check of a database file that nobody else has open: whole, Timbre's own, and not too new.
import { DatabaseSync } from 'node:sqlite'
import { prepare } from '../connection/statement.ts'
import { MIGRATIONS, versionOf } from '../schema/migrations.ts'
import { BackupRefusal } from './backup-refusal.ts'

/**
 * Reads every page, and leaves the file as one file without a log beside it.
 * @throws BackupRefusal when it is damaged, not Timbre's, or written by a newer Timbre
 */
export function checkDatabase(file: string): void {
  const db = new DatabaseSync(file)
  try {
    db.exec('PRAGMA journal_mode = DELETE')
    const findings = prepare<{ readonly integrity_check: string }>(db, 'PRAGMA integrity_check(1)').all()
    const finding = findings[0]?.integrity_check
    if (finding !== 'ok') throw new BackupRefusal('failed', `The copy is damaged: ${finding}. It was removed again.`)
    if (!isTimbres(db)) throw new BackupRefusal('wrong_request', 'The file is a database, but not one of Timbre.')
    const newest = MIGRATIONS.at(-1)?.version ?? 0
    if (versionOf(db) > newest)
      throw new BackupRefusal('wrong_request', 'The file was written by a newer Timbre. Install that one first.')
  } finally {
    db.close()
  }
}

function isTimbres(db: DatabaseSync): boolean {
  const found = prepare<{ readonly name: string }>(
    db,
    `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')`,
  ).all()
  const names = new Set(found.map(({ name }) => name))
  return names.has('migrations') && names.has('workspaces') && names.has('deliveries')
}
