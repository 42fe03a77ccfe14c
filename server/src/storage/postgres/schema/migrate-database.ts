// Owns a connection for the migrations alone, which hold their lock by it.
import pg from 'pg'
import type { MigrationReport } from '../../interface/migration-report.ts'
import { connectionConfig } from '../wire/open-pool.ts'
import { refuseSharedSessions } from '../wire/shared-sessions.ts'
import { MIGRATIONS, migrate, versionFound } from './migrations.ts'

/**
 * Brings the tables to the version of this program; nodes of the version before may be running.
 * @param now milliseconds
 * @param then what else to ask on this connection, before it is closed
 * @throws Error when the database cannot be reached, its tables are too new, or a pooler is between that shares sessions
 */
export function migrateDatabase(
  url: string,
  now: number,
  then: (client: pg.Client) => Promise<void> = async () => {},
): Promise<MigrationReport> {
  return connected(url, async (client) => {
    const before = await versionFound(client)
    const applied = await migrate(client, now)
    await then(client)
    return { before, after: await versionFound(client), applied }
  })
}

/** What a migration would do; nothing is written. */
export function checkMigration(url: string): Promise<MigrationReport> {
  return connected(url, async (client) => {
    const before = await versionFound(client)
    const applied = MIGRATIONS.filter(({ version }) => version > before)
    return { before, after: applied.at(-1)?.version ?? before, applied }
  })
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const connection = { url, name: 'timbre migrations' }
  const client = new pg.Client(connectionConfig(connection))
  await client.connect()
  try {
    await refuseSharedSessions(client, connection)
    return await work(client)
  } finally {
    await client.end()
  }
}
