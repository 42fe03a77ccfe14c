// Owns a connection that only reads: the lists of the storage and the live stream, beside the one connection that writes.
import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import type { RecordStorage } from '../../interface/record-storage.ts'
import type { StatisticsStorage } from '../../interface/statistics-storage.ts'
import type { StreamStorage } from '../../interface/stream-storage.ts'
import { records } from '../../queries/records.ts'
import { FindBacklog } from '../claim/find-backlog.ts'
import { sqliteDialect } from '../connection/kysely-dialect.ts'
import { openReadOnly } from '../connection/open-database.ts'
import { ChangeReader } from '../record/change-log.ts'

type Reads = RecordStorage & Omit<StreamStorage, 'pruneChanges'> & Pick<StatisticsStorage, 'findBacklog'>

export class SqliteReader {
  readonly #file: string
  #db: DatabaseSync | undefined
  #records: Reads | undefined

  constructor(file: string) {
    this.#file = file
  }

  async start(): Promise<void> {
    this.#db = openReadOnly(this.#file)
    const changes = new ChangeReader(this.#db)
    const backlog = new FindBacklog(this.#db)
    this.#records = {
      ...records(sqliteDialect(this.#db)),
      locateChanges: async (...args) => changes.locate(...args),
      listChanges: async (...args) => changes.list(...args),
      findBacklog: async (query) => backlog.run(query),
    }
  }

  async stop(): Promise<void> {
    this.#db?.close()
    this.#db = undefined
  }

  get records(): Reads {
    assert(this.#records !== undefined, 'the reader is used between start and stop only')
    return this.#records
  }
}
