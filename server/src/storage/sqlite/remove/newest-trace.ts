// Owns the question of what time the file tells: the newest event, attempt and entry of the audit log, one seek each.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'

const NEWEST_TRACE = `
SELECT max(at) AS at FROM (
  SELECT (SELECT accepted_at FROM event_rows WHERE seq = (SELECT max(seq) FROM event_rows)) AS at
  UNION ALL SELECT (SELECT started_at FROM attempt_rows WHERE rowid = (SELECT max(rowid) FROM attempt_rows))
  UNION ALL SELECT (SELECT created_at FROM audit_entries WHERE seq = (SELECT max(seq) FROM audit_entries)))`

export class NewestTrace {
  readonly #statement: Statement<{ readonly at: number | null }>

  constructor(db: DatabaseSync) {
    this.#statement = prepare(db, NEWEST_TRACE)
  }

  /** See RemovalStorage.newestTrace. */
  run(): number | null {
    return this.#statement.get()?.at ?? null
  }
}
