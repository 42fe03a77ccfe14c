// Owns the PostgreSQL of the benchmarks: a server of our own that keeps what it acknowledges, or the one at TEST_DATABASE_URL, and
// what it has used so far. Must never measure a server that does not fsync.
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { makeDatabase, type TestDatabase } from '../test/support/postgres/database.ts'
import { startOwnServer, startTestServer, type TestServer } from '../test/support/postgres/test-server.ts'
import { cpuTime, totalOf } from './cpu-time.ts'

/** Beside those of the tests: durable as in production, and everything else as PostgreSQL comes, but the memory. */
const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_wal_size: '1GB',
  min_wal_size: '1GB',
  autovacuum_naptime: '1min',
}
const SHOWN = [...Object.keys(DURABLE), 'wal_compression', 'wal_sync_method', 'checkpoint_timeout']

/** /proc/PID/stat counts in USER_HZ, which Linux fixes at 100 for programs. */
const MICROS_PER_TICK = 10_000

/** Since the server started. */
export interface DatabaseUse {
  /** Of all its processes. NaN: it runs elsewhere. */
  readonly cpuMicros: number
  readonly walBytes: number
  readonly commits: number
}

export class PostgresServer {
  readonly #server: TestServer
  readonly #client: pg.Client
  readonly settings: Readonly<Record<string, string>>
  /** Of the process that all others are children of. */
  readonly #postmaster: number | undefined

  private constructor(
    server: TestServer,
    client: pg.Client,
    settings: Readonly<Record<string, string>>,
    backend: number,
  ) {
    this.#server = server
    this.#client = client
    this.settings = settings
    this.#postmaster = parentOf(backend)
  }

  static async start(): Promise<PostgresServer> {
    const isGiven = Boolean(process.env['TEST_DATABASE_URL'])
    const server = isGiven ? await startTestServer() : await startOwnServer(DURABLE)
    const client = new pg.Client(server.url)
    await client.connect()
    const { rows } = await client.query('SELECT name, current_setting(name) AS value FROM unnest($1::text[]) name', [
      SHOWN,
    ])
    const settings = Object.fromEntries(rows.map(({ name, value }) => [String(name), String(value)]))
    if (settings['fsync'] !== 'on' || settings['synchronous_commit'] === 'off') {
      await client.end()
      await server.stop()
      throw new Error('This PostgreSQL does not fsync: what it does in a second is not worth measuring.')
    }
    if (!isGiven) await useLog(client)
    const backend = await client.query('SELECT pg_backend_pid() AS pid')
    return new PostgresServer(server, client, settings, Number(backend.rows[0]?.pid))
  }

  get description(): string {
    return this.#server.description
  }

  /** Processes of the server that run now. */
  pids(): readonly number[] {
    return this.#postmaster === undefined ? [] : [this.#postmaster, ...childrenOf(this.#postmaster)]
  }

  /** An empty database, with nothing of the last one left to write. */
  async makeDatabase(): Promise<TestDatabase> {
    await this.#client.query('CHECKPOINT')
    return makeDatabase(this.#server.url)
  }

  async used(): Promise<DatabaseUse> {
    const { rows } = await this.#client.query(
      `SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes, (SELECT sum(xact_commit) FROM pg_stat_database) AS commits`,
    )
    return { cpuMicros: this.#cpuMicros(), walBytes: Number(rows[0]?.bytes), commits: Number(rows[0]?.commits) }
  }

  async stop(): Promise<void> {
    await this.#client.end()
    await this.#server.stop()
  }

  /** Those that run, and those that have ended: their time is their parent's (`cutime`, `cstime`). */
  #cpuMicros(): number {
    if (this.#postmaster === undefined) return Number.NaN
    const running = this.pids().reduce((sum, pid) => sum + totalOf(cpuTime(pid)), 0)
    const [, , , , , , , , , , , , , childUser = 0, childSystem = 0] = statOf(this.#postmaster).map(Number)
    return running + (childUser + childSystem) * MICROS_PER_TICK
  }
}

/**
 * A server that has run for a while writes into files of its log that it has used before. A new one makes one after the other, 16 MB of
 * zeros and a sync, for which every commit waits: 40 ms in each second of a load, and 200 ms now and then.
 */
async function useLog(client: pg.Client): Promise<void> {
  await client.query(
    `SELECT pg_logical_emit_message(false, 'used', repeat('-', 1000000)) FROM generate_series(1, 1000)`,
  )
  await client.query('CHECKPOINT')
}

/** `undefined`: the process is not one of this machine. */
function parentOf(backend: number): number | undefined {
  try {
    const isPostgres = readFileSync(`/proc/${backend}/comm`, 'utf8').startsWith('postgres')
    return isPostgres ? Number(statOf(backend)[1]) : undefined
  } catch {
    return undefined
  }
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      try {
        return Number(statOf(each)[1]) === pid
      } catch {
        return false
      }
    })
}

/** From `state` on: the name before it may hold spaces. proc_pid_stat(5). */
function statOf(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
