// Owns the versions of the tables: which there are, and bringing a database from any older one to the newest.
// Must never go backwards, never hold a long lock while others write, and never run on two nodes at once.
import type { Client } from 'pg'
import { initial } from './migrations/0001-initial.ts'
import { moves } from './migrations/0002-moves.ts'
import { updatesInPlace } from './migrations/0003-updates-in-place.ts'

export interface Migration {
  readonly version: number
  readonly name: string
  /** The oldest version of the program's tables that still works on the database after this: nodes are replaced one by one. */
  readonly compatibleFrom: number
  readonly sql: string
}

/** In order; a new one goes to the end with the next number. */
export const MIGRATIONS: readonly Migration[] = [initial, moves, updatesInPlace]

/** Any number will do that nobody else uses as an advisory lock in this database. */
const LOCK = 7_481_623_300_001n
/** A migration waits no longer than this for a table, and whoever comes after it waits no longer either. */
const LOCK_TIMEOUT_MS = 2000
const TRIES_MAX = 30
const LOCK_NOT_AVAILABLE = '55P03'

const HISTORY = `CREATE TABLE IF NOT EXISTS migrations (
  version int PRIMARY KEY, name text NOT NULL, compatible_from int NOT NULL, applied_at bigint NOT NULL)`

/**
 * Applies what is missing, each migration in a transaction of its own, and records it in `migrations`.
 * @returns what it applied, in order
 * @param client a connection of its own: the lock against other nodes is held by it
 * @param now milliseconds, kept as the time of the migration
 * @throws Error when the tables are of a newer version that says that this one does not understand them
 */
export async function migrate(
  client: Client,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly Migration[]> {
  await client.query(`SELECT pg_advisory_lock(${LOCK})`)
  try {
    await client.query(HISTORY)
    const known = migrations.at(-1)?.version ?? 0
    const { version: current, compatibleFrom } = await versionOf(client)
    if (compatibleFrom > known) {
      throw new Error(
        `The tables were made by a newer Timbre (version ${current}; they need at least ${compatibleFrom}, this one knows ${known}). Install the newer one.`,
      )
    }
    const missing = migrations.filter(({ version }) => version > current)
    for (const migration of missing) await apply(client, migration, now)
    return missing
  } finally {
    await client.query(`SELECT pg_advisory_unlock(${LOCK})`)
  }
}

/** The version of the tables without making any: 0 when there are none. */
export async function versionFound(client: Client): Promise<number> {
  const { rows } = await client.query(`SELECT to_regclass('migrations') IS NOT NULL AS "isThere"`)
  return rows[0]?.isThere === true ? (await versionOf(client)).version : 0
}

/** The version of the tables, and the oldest version of the program that works on them; both 0 when there are none. */
export async function versionOf(
  client: Client,
): Promise<{ readonly version: number; readonly compatibleFrom: number }> {
  const { rows } = await client.query(
    'SELECT coalesce(max(version), 0) AS version, coalesce(max(compatible_from), 0) AS "compatibleFrom" FROM migrations',
  )
  // One row, with the columns of the line above.
  return rows[0] as { version: number; compatibleFrom: number }
}

/** A table that is in use for long is waited for again and again, not in one wait that everybody else queues behind. */
async function apply(client: Client, migration: Migration, now: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyOnce(client, migration, now)
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE
      if (!isLocked || attempt === TRIES_MAX) throw error
    }
  }
}

async function applyOnce(
  client: Client,
  { version, name, compatibleFrom, sql }: Migration,
  now: number,
): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`)
    await client.query(sql)
    await client.query('INSERT INTO migrations (version, name, compatible_from, applied_at) VALUES ($1, $2, $3, $4)', [
      version,
      name,
      compatibleFrom,
      now,
    ])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}
