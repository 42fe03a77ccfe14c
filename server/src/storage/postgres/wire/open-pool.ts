// Owns how the database is connected to: types, timeouts, and the planner's settings of the hot path.
import pg from 'pg'

export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=/path/ca.pem` */
  readonly url: string
  readonly name: string
}

const CONNECT_TIMEOUT_MS = 5000
/** The kernel asks for a sign of life after so long, and ends the connection when none comes for 10 s more. */
const KEEP_ALIVE_MS = 10_000

/**
 * The client's: a server that lost its power ends nothing. What a paused node left open ends with
 * `idle_in_transaction_session_timeout`, and so do its locks, for which the calls of the other nodes wait.
 */
const PATIENT_QUERY_TIMEOUT_MS = 40_000
const IMPATIENT_QUERY_TIMEOUT_MS = 15_000

type Settings = Readonly<Record<string, string | number>>

const PATIENT: Settings = {
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  jit: 'off',
}

/*
 * A hot statement takes milliseconds, and is written for one plan: small sets joined to large tables by their indexes. The
 * planner is kept to that, as INDEXED BY keeps SQLite's, because statistics of a table that fills and empties are often wrong.
 * What it may not be told is to read no index from end to end; so each row that is looked at costs as much as a page elsewhere,
 * and only a table of a few hundred rows is read whole (docs/decisions/0033).
 */
const HOT: Settings = {
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_material: 'off',
  cpu_tuple_cost: 10,
  cpu_index_tuple_cost: 5,
  plan_cache_mode: 'force_generic_plan',
  jit: 'off',
}

const INT8 = 20

/** 64-bit integers are times, counters and sequence numbers: all below 2^53. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    if (oid === INT8 && format !== 'binary') return Number
    // The overloads of pg's own function do not know an optional format.
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

export function connectionConfig({ url, name }: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types,
  }
}

/** For configuration and lists. */
export function openPool(options: ConnectionOptions, max: number): pg.Pool {
  return guarded({ ...connectionConfig(options), query_timeout: PATIENT_QUERY_TIMEOUT_MS, max }, PATIENT)
}

/** For the hot path. */
export function openHotPool(options: ConnectionOptions, max: number): pg.Pool {
  return guarded({ ...connectionConfig(options), query_timeout: IMPATIENT_QUERY_TIMEOUT_MS, max }, HOT)
}

/**
 * A connection that breaks between two statements is replaced when the next one is needed; who was using it is told by
 * its next statement. What is set is set by a statement: a pooler refuses a connection that begins with settings it does not know.
 */
function guarded(config: pg.PoolConfig, settings: Settings): pg.Pool {
  const sets = Object.entries(settings).map(([name, value]) => `SET ${name} = ${value}`)
  const pool = new pg.Pool({ ...config, onConnect: (client) => client.query(sets.join('; ')) })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
