// Owns what is configured in a database file, for a command that runs beside the server: a second connection that writes, in small
// transactions, as the log of SQLite allows it. Must never make a file or change its tables.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Records, records } from '../../queries/records.ts'
import { BackupRefusal } from '../backup/backup-refusal.ts'
import { MIGRATIONS, versionOf } from '../schema/migrations.ts'
import { sqliteDialect } from './kysely-dialect.ts'
import { openDatabase } from './open-database.ts'

/** @throws BackupRefusal when there is no file, or its tables are not of this version */
export function openFileBeside(file: string): { readonly storage: Records; close(): Promise<void> } {
  if (!existsSync(file))
    throw new BackupRefusal('wrong_request', `There is no database in ${dirname(file)}. Check TIMBRE_DATA_DIR.`)
  const db = openDatabase(file)
  if (versionOf(db) !== MIGRATIONS.at(-1)?.version) {
    db.close()
    throw new BackupRefusal(
      'wrong_request',
      'The tables are of another version. Start the server of this version first.',
    )
  }
  return { storage: records(sqliteDialect(db)), close: async () => db.close() }
}
