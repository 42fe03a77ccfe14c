// Owns the rows that the search for a time asks for (`sequence-search.ts`), inside a transaction of a replay.
import type { DatabaseSync } from 'node:sqlite'
import { DISORDER_MS, searchSequence, type TimedRow } from '../../shared/sequence-search.ts'
import { prepare, type Statement } from '../connection/statement.ts'

export class SequenceAt {
  readonly #last: Statement<{ readonly seq: number | null }>
  readonly #from: Statement<TimedRow>

  constructor(db: DatabaseSync, table: 'event_rows' | 'delivery_rows', column: 'accepted_at' | 'created_at') {
    this.#last = prepare(db, `SELECT max(seq) AS seq FROM ${table}`)
    this.#from = prepare(db, `SELECT seq, ${column} AS at FROM ${table} WHERE seq >= ? ORDER BY seq LIMIT 1`)
  }

  /** The last sequence number there is; 0 in an empty table. */
  last(): number {
    return this.#last.get()?.seq ?? 0
  }

  /** A sequence number before which no row is of this time or later. */
  before(at: number): number {
    return this.#search(at - DISORDER_MS)
  }

  /** A sequence number from which on every row is of this time or later. */
  after(at: number): number {
    return this.#search(at + DISORDER_MS)
  }

  #search(at: number): number {
    const search = searchSequence(this.last(), at)
    let step = search.next()
    while (step.done !== true) step = search.next(this.#from.get(step.value))
    return step.value
  }
}
