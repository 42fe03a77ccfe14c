// Owns what is configured in a PostgreSQL database, for a command that runs beside the nodes. Must never change the tables.
import { PostgresDialect } from 'kysely'
import { type Records, records } from '../../queries/records.ts'
import { checkMigration } from '../schema/migrate-database.ts'
import { MIGRATIONS } from '../schema/migrations.ts'
import { PARTITION_KEYS } from '../schema/row-keys.ts'
import { openPool } from './open-pool.ts'

/** @throws Error when the database cannot be reached, or its tables are not of this version */
export async function openDatabaseBeside(url: string): Promise<{ readonly storage: Records; close(): Promise<void> }> {
  const { before } = await checkMigration(url)
  if (before !== MIGRATIONS.at(-1)?.version)
    throw new Error('The tables are of another version. Start a server of this version first.')
  const pool = openPool({ url, name: 'timbre command' }, 1)
  return { storage: records(new PostgresDialect({ pool }), PARTITION_KEYS), close: () => pool.end() }
}
