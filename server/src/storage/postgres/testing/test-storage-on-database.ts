// Owns the storage that the tests of one file share: on a database of its own, emptied for each test. Making a database
// and its tables takes half a second, emptying it a few milliseconds.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { makeDatabase, type TestDatabase } from '../../../../../test/support/postgres/database.ts'
import { until } from '../../../../../test/support/until.ts'
import { systemClock } from '../../../platform/clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import type { StorageUnderTest } from '../../conformance/conformance.ts'
import type { Storage } from '../../storage.ts'
import { PostgresStorage, type PostgresStorageOptions } from '../postgres-storage.ts'

const POOL_SIZE = 4

const TABLES = [
  'events',
  'event_ids',
  'deliveries',
  'attempts',
  'leases',
  'due_marks',
  'pull_leases',
  'replays',
  'subscriptions',
  'webhooks',
  'event_types',
  'api_keys',
  'sessions',
  'audit_entries',
  'idempotency_keys',
  'webhook_counters',
  'statistics_increments',
  'statistics_buckets',
  'sources',
  'source_calls',
  'source_signals',
  'refused_requests',
  'workspaces',
]

export class SharedDatabase {
  readonly url: string
  readonly #database: TestDatabase
  readonly #client: pg.Client
  readonly #dataDirs: string[] = []
  #storage: Storage | undefined

  private constructor(database: TestDatabase, client: pg.Client) {
    this.url = database.url
    this.#database = database
    this.#client = client
  }

  static async make(serverUrl: string, template: string): Promise<SharedDatabase> {
    const database = await makeDatabase(serverUrl, template)
    const client = new pg.Client(database.url)
    await client.connect()
    return new SharedDatabase(database, client)
  }

  /** For what no call of the storage does. */
  get client(): pg.Client {
    return this.#client
  }

  /** A storage of a node, not started yet. @param dataDir absent: of a new node */
  async node(options: Partial<PostgresStorageOptions> = {}): Promise<PostgresStorage> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'timbre-storage-')))
    this.#dataDirs.push(dataDir)
    const { url } = this
    const random = new SystemRandom()
    return new PostgresStorage({ url, poolSize: POOL_SIZE, random, clock: systemClock, ...options, dataDir })
  }

  /** The storage with nothing in it. */
  async storage(): Promise<StorageUnderTest> {
    const first = this.#storage ?? (await this.#open())
    await this.empty()
    return {
      storage: first,
      reopen: async () => {
        await this.#storage?.stop()
        return this.#open()
      },
      destroy: async () => {},
      settled: () => this.#settled(),
    }
  }

  async empty(): Promise<void> {
    await this.#client.query(TABLES.map((table) => `DELETE FROM ${table}`).join(';'))
  }

  async drop(): Promise<void> {
    await this.#storage?.stop()
    await this.#client.end()
    await this.#database.drop()
    for (const dataDir of this.#dataDirs) await rm(dataDir, { recursive: true, force: true })
  }

  async #settled(): Promise<void> {
    const { rows } = await this.#client.query(`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xmax`)
    const haveEnded = `SELECT FROM pg_current_snapshot() snapshot WHERE pg_snapshot_xmin(snapshot) >= $1::text::xid8`
    await until(
      () => this.#client.query(haveEnded, [rows[0].xmax]),
      ({ rowCount }) => rowCount === 1,
    )
  }

  async #open(): Promise<Storage> {
    const dataDir = this.#dataDirs[0]
    const storage = await this.node(dataDir === undefined ? {} : { dataDir })
    await storage.start()
    this.#storage = storage
    return storage
  }
}
