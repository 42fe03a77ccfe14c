// Owns the backup of a database that is in use: one consistent moment of it, in one file.
// Must never write to the database, and must never leave half a backup under its final name.
import { closeSync, existsSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, type DatabaseSync } from 'node:sqlite'
import { openReadOnly } from '../connection/open-database.ts'
import { asRefusal, BackupRefusal } from './backup-refusal.ts'
import { checkDatabase } from './check-database.ts'
import { finishFile } from './finish-file.ts'

export interface BackupRequest {
  /** The database file. */
  readonly from: string
  readonly to: string
  /** Replaces a file that is there. */
  readonly force: boolean
  readonly onProgress: (progress: BackupProgress) => void
}

export interface BackupProgress {
  readonly pagesDone: number
  readonly pagesTotal: number
}

/** 16 MiB between two reports. */
const PAGES_PER_STEP = 4096

/**
 * Holds one read transaction from the beginning to the end: everything that was promised before is in the copy, and
 * what is written meanwhile neither waits nor makes the copy begin again. The log grows until it has ended.
 * @returns the size of the backup in bytes
 * @throws BackupRefusal
 */
export async function backupDatabase({ from, to, force, onProgress }: BackupRequest): Promise<number> {
  if (!existsSync(from)) {
    throw new BackupRefusal(
      'wrong_request',
      `There is no database in ${dirname(from)}. Check TIMBRE_DATA_DIR; it must be the one that the server has.`,
    )
  }
  if (existsSync(to)) refuseTarget(from, to, force)
  const partial = `${to}.partial`
  try {
    closeSync(openSync(partial, 'w', 0o600))
    await copy(from, partial, onProgress)
    checkDatabase(partial)
    finishFile(partial, to)
    return statSync(to).size
  } catch (error) {
    throw asRefusal(error, to)
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true })
  }
}

function refuseTarget(from: string, to: string, force: boolean): void {
  if (realpathSync(to) === realpathSync(from) || statSync(to).isDirectory())
    throw new BackupRefusal('wrong_request', `${to} is not a place for a backup. Name a new file.`)
  if (!force) throw new BackupRefusal('wrong_request', `${to} exists already. Choose another name, or add --force.`)
}

async function copy(from: string, partial: string, onProgress: BackupRequest['onProgress']): Promise<void> {
  const source: DatabaseSync = openReadOnly(from)
  try {
    source.exec('BEGIN')
    // The snapshot begins with the first read, not with BEGIN.
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, partial, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) =>
        onProgress({ pagesDone: totalPages - remainingPages, pagesTotal: totalPages }),
    })
  } finally {
    source.close()
  }
}
