// Owns the question whether another connection has written to the file: SQLite keeps it in memory that processes share.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from './statement.ts'

export class WritesOfOthers {
  readonly #version: Statement<{ readonly data_version: number }>

  constructor(db: DatabaseSync) {
    this.#version = prepare(db, 'PRAGMA data_version')
  }

  /** See Storage.writesOfOthers. */
  run(): number {
    return this.#version.get()?.data_version ?? 0
  }
}
