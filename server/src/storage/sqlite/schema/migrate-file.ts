// Owns migrating a database file that no server has open. Must never make a file.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MigrationReport } from '../../interface/migration-report.ts'
import { DirectoryLock } from '../../shared/directory-lock.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import { openDatabase, openReadOnly } from '../connection/open-database.ts'
import { MIGRATIONS, migrate, versionOf } from './migrations.ts'

/**
 * Brings the tables to the version of this program.
 * @param now milliseconds
 * @throws BackupRefusal when there is no file or a server runs on it; Error when a newer Timbre wrote it
 */
export function migrateFile(file: string, now: number): MigrationReport {
  refuseNothing(file)
  const lock = new DirectoryLock(file)
  try {
    lock.take()
  } catch (error) {
    throw new BackupRefusal('wrong_request', error instanceof Error ? error.message : String(error))
  }
  try {
    const db = openDatabase(file)
    try {
      const before = versionOf(db)
      const applied = migrate(db, now)
      return { before, after: versionOf(db), applied }
    } finally {
      db.close()
    }
  } finally {
    lock.release()
  }
}

/** What a migration would do; nothing is written, and a server may be running. */
export function checkFile(file: string): MigrationReport {
  refuseNothing(file)
  const db = openReadOnly(file)
  try {
    const before = versionOf(db)
    const applied = MIGRATIONS.filter(({ version }) => version > before)
    return { before, after: applied.at(-1)?.version ?? before, applied }
  } finally {
    db.close()
  }
}

function refuseNothing(file: string): void {
  if (existsSync(file)) return
  throw new BackupRefusal('wrong_request', `There is no database in ${dirname(file)}. Check TIMBRE_DATA_DIR.`)
}
