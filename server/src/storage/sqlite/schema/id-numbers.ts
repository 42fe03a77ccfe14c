// Owns which number stands for the id of a workspace, a webhook or a subscription in the rows of history (table `ids`).
// Must never be used in the transaction that makes the workspace, webhook or subscription: what is remembered must be
// in the file whatever becomes of the transaction.
import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'

/** About 100 bytes each. More than are in use at a time; when it is full it is filled anew. */
const REMEMBERED_MAX = 50_000

/** The number as an expression of SQL, for statements that run seldom. */
export function numberOf(idParameter: string): string {
  return `(SELECT number FROM ids WHERE id = ${idParameter})`
}

export class IdNumbers {
  /** A number is given once and never changes. */
  readonly #remembered = new Map<string, number>()
  readonly #find: Statement<{ readonly number: number }>

  constructor(db: DatabaseSync) {
    this.#find = prepare(db, 'SELECT number FROM ids WHERE id = ?')
  }

  of(id: string): number {
    const number = this.find(id)
    assert(number !== null, 'whatever history refers to was given a number when it was made')
    return number
  }

  /** Of what somebody remembers who was away while it was deleted. Null: there is no number, and so no row of history. */
  find(id: string): number | null {
    return this.#remembered.get(id) ?? this.#read(id)
  }

  #read(id: string): number | null {
    const row = this.#find.get(id)
    if (row === undefined) return null
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(id, row.number)
    return row.number
  }
}
