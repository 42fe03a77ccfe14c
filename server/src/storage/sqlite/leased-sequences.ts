// Owns the sequence numbers of deliveries that are leased, so that their results are written without a search for their ids.
// Must never be relied on: what was forgotten is looked up, and the lease token is the fence either way.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from './statement.ts'

/** About 150 bytes each: 15 MB. More than are leased at a time; when it is full it is filled anew. */
const REMEMBERED_MAX = 100_000

export class LeasedSequences {
  readonly #remembered = new Map<string, number>()
  readonly #find: Statement<{ readonly seq: number }>

  constructor(db: DatabaseSync) {
    this.#find = prepare(db, 'SELECT seq FROM delivery_rows WHERE id = ?')
  }

  remember(deliveryId: string, seq: number): void {
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(deliveryId, seq)
  }

  /** Forgets it: a lease ends once. Undefined when there is no such delivery any more. */
  take(deliveryId: string): number | undefined {
    const seq = this.#remembered.get(deliveryId)
    if (seq === undefined) return this.#find.get(deliveryId)?.seq
    this.#remembered.delete(deliveryId)
    return seq
  }
}
