// Owns emptying the write-ahead log, so that what was erased is in no file any more.
import type { DatabaseSync } from 'node:sqlite'
import { BUSY_TIMEOUT_MS } from '../connection/open-database.ts'
import { prepare } from '../connection/statement.ts'

/** See RemovalStorage.truncateLog. Does not wait for a reader: every accepted event would wait with it. */
export function truncateLog(db: DatabaseSync): boolean {
  db.exec('PRAGMA busy_timeout = 0')
  try {
    const response = prepare<{ readonly busy: number }>(db, 'PRAGMA wal_checkpoint(TRUNCATE)').get()
    return response?.busy === 0
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
  }
}
