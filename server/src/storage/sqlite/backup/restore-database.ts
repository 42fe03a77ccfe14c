// Owns the restore: puts a backup into an empty data directory, whole or not at all.
// Must never touch a directory that has data or a running server.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DirectoryLock } from '../../shared/directory-lock.ts'
import { asRefusal, BackupRefusal } from './backup-refusal.ts'
import { checkDatabase } from './check-database.ts'
import { finishFile } from './finish-file.ts'

/** A key may be put there before; the others are no data. */
const MAY_BE_THERE = new Set(['master.key', 'master.key.previous', 'timbre.lock', 'lost+found'])

/**
 * @param from the backup, which is only read
 * @param file the database file that is made; its directory is made too
 * @throws BackupRefusal
 */
export function restoreDatabase(from: string, file: string, directory: string): void {
  if (!existsSync(from)) throw new BackupRefusal('wrong_request', `There is no file ${from}.`)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = new DirectoryLock(file)
  try {
    lock.take()
  } catch (error) {
    throw new BackupRefusal('wrong_request', error instanceof Error ? error.message : String(error))
  }
  try {
    const inTheWay = readdirSync(directory).find((name) => !MAY_BE_THERE.has(name))
    if (inTheWay !== undefined) {
      const path = join(directory, inTheWay)
      const sentence = `${directory} is not empty: ${path} is there. Restore into an empty directory (TIMBRE_DATA_DIR).`
      throw new BackupRefusal('wrong_request', sentence)
    }
    place(from, file)
  } finally {
    lock.release()
  }
}

function place(from: string, file: string): void {
  const partial = `${file}.partial`
  try {
    copyFileSync(from, partial)
    chmodSync(partial, 0o600)
    checkDatabase(partial)
    finishFile(partial, file)
  } catch (error) {
    throw asRefusal(error, file, from)
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(partial + suffix, { force: true })
  }
}
