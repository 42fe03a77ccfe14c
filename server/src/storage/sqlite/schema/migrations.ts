// Owns the versions of the tables: which there are, and bringing a file from any older one to the newest.
// Must never go backwards, and never open a file that a newer Timbre wrote.
import type { DatabaseSync } from 'node:sqlite'
import { prepare } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { initial } from './migrations/0001-initial.ts'
import { replays } from './migrations/0002-replays.ts'
import { retention } from './migrations/0003-retention.ts'
import { growth } from './migrations/0004-growth.ts'
import { numbers } from './migrations/0005-numbers.ts'
import { dueWebhooks } from './migrations/0006-due-webhooks.ts'
import { secrets } from './migrations/0007-secrets.ts'
import { workspacesByTime } from './migrations/0008-workspaces-by-time.ts'
import { leftIds } from './migrations/0009-left-ids.ts'
import { statistics } from './migrations/0010-statistics.ts'
import { pull } from './migrations/0011-pull.ts'
import { sessions } from './migrations/0012-sessions.ts'
import { sources } from './migrations/0013-sources.ts'
import { deliveryChanges } from './migrations/0014-delivery-changes.ts'
import type { Migration } from './migrations/migration.ts'

/** In order; a new one goes to the end with the next number. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  replays,
  retention,
  growth,
  numbers,
  dueWebhooks,
  secrets,
  workspacesByTime,
  leftIds,
  statistics,
  pull,
  sessions,
  sources,
  deliveryChanges,
]

/**
 * Applies what is missing, each migration in a transaction of its own, and records it in `migrations`.
 * @returns what it applied, in order
 * @param now milliseconds, kept as the time of the migration
 * @throws Error when the file has a version that is not in the list
 */
export function migrate(
  db: DatabaseSync,
  now: number,
  migrations: readonly Migration[] = MIGRATIONS,
): readonly Migration[] {
  db.exec(`CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT`)
  const current = versionOf(db)
  const newest = migrations.at(-1)?.version ?? 0
  if (current > newest) {
    throw new Error(
      `The data was written by a newer Timbre (version ${current} of the tables; this one knows ${newest}). Install the newer one again.`,
    )
  }
  const record = db.prepare('INSERT INTO migrations (version, name, applied_at) VALUES (?, ?, ?)')
  const missing = migrations.filter(({ version }) => version > current)
  for (const migration of missing) {
    inTransaction(db, () => {
      db.exec(migration.sql)
      record.run(migration.version, migration.name, now)
    })
  }
  return missing
}

/** The version of the tables in an opened file; 0 when there are none. */
export function versionOf(db: DatabaseSync): number {
  const row = prepare<{ version: number | null }>(db, 'SELECT max(version) AS version FROM migrations').get()
  return row?.version ?? 0
}
