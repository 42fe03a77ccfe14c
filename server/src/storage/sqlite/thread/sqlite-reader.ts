// Owns a connection that only reads: the lists of the storage, beside the one connection that writes.
import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import type { RecordStorage } from '../../interface/record-storage.ts'
import { records } from '../../queries/records.ts'
import { sqliteDialect } from '../connection/kysely-dialect.ts'
import { openReadOnly } from '../connection/open-database.ts'

export class SqliteReader {
  readonly #file: string
  #db: DatabaseSync | undefined
  #records: RecordStorage | undefined

  constructor(file: string) {
    this.#file = file
  }

  async start(): Promise<void> {
    this.#db = openReadOnly(this.#file)
    this.#records = records(sqliteDialect(this.#db))
  }

  async stop(): Promise<void> {
    this.#db?.close()
    this.#db = undefined
  }

  get records(): RecordStorage {
    assert(this.#records !== undefined, 'the reader is used between start and stop only')
    return this.#records
  }
}
