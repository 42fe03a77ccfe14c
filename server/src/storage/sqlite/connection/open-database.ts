// Owns how the database file is opened: what makes a commit durable and what bounds memory and disk.
import { DatabaseSync } from 'node:sqlite'

export const BUSY_TIMEOUT_MS = 5000

/*
 * synchronous=FULL: one fsync of the log per commit, which is the promise behind a 202.
 * secure_delete: what is removed is overwritten with zeros, so that an erasure leaves nothing in the file. Too little to
 *   measure on the hot path.
 * busy_timeout: only for somebody who writes to the file with another program; Timbre itself has one that writes.
 * cache_size: 16 MiB of pages; with 32 a delivery takes the same CPU. No mmap: mapped pages count as resident memory, and
 *   a failing disk would end the process with SIGBUS instead of an error.
 * wal_autocheckpoint: 4,000 pages (16 MiB): pages that are written often are copied into the file once, not each time.
 * journal_size_limit: the log shrinks to this after a burst.
 */
const PRAGMAS = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
PRAGMA cache_size = -16384;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
`

/** @param file a path, or `:memory:` */
export function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec(PRAGMAS)
  return db
}

/** A second connection to a file that is open already; it never writes, and waits for nobody. */
export function openReadOnly(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16384; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY')
  return db
}
