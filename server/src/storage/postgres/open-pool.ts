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
 * `query_timeout` is the client's: a server that lost its power ends nothing. What a paused node left open ends with
 * `idle_in_transaction_session_timeout`, and so do its locks, for which the calls of the other nodes wait.
 */
const PATIENT = {
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  query_timeout: 40_000,
}
/** A hot statement takes milliseconds. */
const IMPATIENT = {
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 15_000,
}

/*
 * The hot statements are written for one plan each: small sets joined to large tables by their indexes. The planner is
 * kept to that, as INDEXED BY keeps SQLite's, because statistics of a table that fills and empties are often wrong. What it
 * may not be told is to read no index from end to end; so each row that is looked at costs as much as a page elsewhere,
 * and only a table of a few hundred rows is read whole (docs/decisions/0033).
 */
const HOT_OPTIONS = [
  '-c enable_seqscan=off',
  '-c enable_hashjoin=off',
  '-c enable_mergejoin=off',
  '-c enable_bitmapscan=off',
  '-c enable_material=off',
  '-c cpu_tuple_cost=10',
  '-c cpu_index_tuple_cost=5',
  '-c plan_cache_mode=force_generic_plan',
  '-c jit=off',
].join(' ')

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
  return guarded({
    ...connectionConfig(options),
    ...PATIENT,
    max,
    options: '-c jit=off',
  })
}

/** For the way of an event. */
export function openHotPool(options: ConnectionOptions, max: number): pg.Pool {
  return guarded({
    ...connectionConfig(options),
    ...IMPATIENT,
    max,
    options: HOT_OPTIONS,
  })
}

/**
 * A connection that breaks between two statements is replaced when the next one is needed; who was using it is told by
 * its next statement.
 */
function guarded(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
