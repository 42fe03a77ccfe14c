// Owns which id a webhook has whose number is known: the other way round than `id-numbers.ts`.
import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'

/** About 100 bytes each. When it is full it is filled anew. */
const REMEMBERED_MAX = 50_000

export class WebhookIds {
  /** A number is given once and never changes. */
  readonly #remembered = new Map<number, string>()
  readonly #find: Statement<{ readonly id: string }>

  constructor(db: DatabaseSync) {
    this.#find = prepare(db, 'SELECT id FROM ids WHERE number = ?')
  }

  of(number: number): string {
    return this.#remembered.get(number) ?? this.#read(number)
  }

  #read(number: number): string {
    const row = this.#find.get(number)
    assert(row !== undefined, 'a number in history is one that was given')
    if (this.#remembered.size >= REMEMBERED_MAX) this.#remembered.clear()
    this.#remembered.set(number, row.id)
    return row.id
  }
}
