// Owns finding where a time begins in a table whose rows were added in the order of that time: by halves, because an
// index on the time would cost every accepted event and serve replays only.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from './statement.ts'

/** How far a row's time may lie behind that of the rows before it: waiting for the disk, or a clock that was set back. */
export const DISORDER_MS = 3_600_000

export class SequenceAt {
  readonly #last: Statement<{ readonly seq: number | null }>
  readonly #from: Statement<{ readonly seq: number; readonly at: number }>

  constructor(db: DatabaseSync, table: 'events' | 'deliveries', column: 'accepted_at' | 'created_at') {
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
    let low = 0
    let high = this.last() + 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const row = this.#from.get(middle)
      if (row === undefined || row.at >= at) high = middle
      else low = row.seq + 1
    }
    return low
  }
}
