// Owns the versions of the tables: which there are, and bringing a database from any older one to the newest.
// Must never go backwards, never keep others from a table for longer than two seconds, and never run on two nodes at once.
import type { Client } from 'pg'
import { refuseOlderNodes } from '../nodes/node-versions.ts'
import { buildIndex } from './concurrent-index.ts'
import { withLockTimeout, withoutTimeout } from './lock-timeout.ts'
import { initial } from './migrations/0001-initial.ts'
import { moves } from './migrations/0002-moves.ts'
import { nodeVersions } from './migrations/0003-node-versions.ts'
import { updatesInPlace } from './migrations/0004-updates-in-place.ts'
import { dueByWorkspace } from './migrations/0005-due-by-workspace.ts'
import { foundByWorkspace } from './migrations/0006-found-by-workspace.ts'
import { secrets } from './migrations/0007-secrets.ts'
import { changesAreTold } from './migrations/0008-changes-are-told.ts'
import { dueMarks } from './migrations/0009-due-marks.ts'
import { statistics } from './migrations/0010-statistics.ts'
import { pull } from './migrations/0011-pull.ts'
import { sessions } from './migrations/0012-sessions.ts'
import { sources } from './migrations/0013-sources.ts'
import { deliveryChanges } from './migrations/0014-delivery-changes.ts'
import { daysOfLeases } from './migrations/0015-days-of-leases.ts'
import type { Migration } from './migrations/migration.ts'

/** In order; a new one goes to the end with the next number. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  moves,
  nodeVersions,
  updatesInPlace,
  dueByWorkspace,
  foundByWorkspace,
  secrets,
  changesAreTold,
  dueMarks,
  statistics,
  pull,
  sessions,
  sources,
  deliveryChanges,
  daysOfLeases,
]

/** Any number will do that nobody else uses as an advisory lock in this database. */
const LOCK = 7_481_623_300_001n

const HISTORY = `CREATE TABLE IF NOT EXISTS migrations (
  version int PRIMARY KEY, name text NOT NULL, compatible_from int NOT NULL, applied_at bigint NOT NULL)`

const RECORD = 'INSERT INTO migrations (version, name, compatible_from, applied_at) VALUES ($1, $2, $3, $4)'

/**
 * Applies what is missing, one migration after another, and records each in `migrations`.
 * @returns what it applied, in order
 * @param client a connection of its own: the lock against other nodes is held by it
 * @param now milliseconds, kept as the time of the migration
 * @throws Error when the tables are of a newer version that says that this one does not understand them,
 * or would be of one that a node which is running does not understand
 */
export async function migrate(
  client: Client,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<readonly Migration[]> {
  await takeLock(client)
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

/**
 * Asked for again and again, not waited for in one statement: that would be a transaction, for whose end an index that is
 * built by the one who has the lock would wait in turn.
 */
async function takeLock(client: Client): Promise<void> {
  while ((await client.query(`SELECT pg_try_advisory_lock(${LOCK}) AS taken`)).rows[0]?.taken !== true)
    await client.query('SELECT pg_sleep(0.2)')
}

async function apply(client: Client, migration: Migration, now: number): Promise<void> {
  const { version, name, compatibleFrom } = migration
  await refuseOlderNodes(client, migration)
  if ('index' in migration) await buildIndex(client, migration.index)
  const isAlone = compatibleFrom === version
  await (isAlone ? withoutTimeout : withLockTimeout)(client, async () => {
    if ('sql' in migration) await client.query(migration.sql)
    await client.query(RECORD, [version, name, compatibleFrom, now])
  })
}
