// Owns the claim of one process on a data directory. The operating system drops it when the process dies, however it
// dies, so that no stale lock is ever left behind.
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

export class DirectoryLock {
  readonly #file: string
  #db: DatabaseSync | undefined

  /** @param file the database file; the lock is `timbre.lock` beside it */
  constructor(file: string) {
    this.#file = file
  }

  /** @throws Error with the sentence for the operator when another process, or this one, holds the directory */
  take(): void {
    const directory = dirname(this.#file)
    const db = new DatabaseSync(join(directory, 'timbre.lock'))
    try {
      // An open write transaction keeps the file locked. In memory, so that nothing is ever written beside it.
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (error) {
      db.close()
      if (!isBusy(error)) throw error
      throw new Error(`Another Timbre process is using ${directory}. Stop it, or choose another TIMBRE_DATA_DIR.`)
    }
    this.#db = db
  }

  release(): void {
    this.#db?.close()
    this.#db = undefined
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
