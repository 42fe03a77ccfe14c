// Owns opening the database of the settings for a command that runs beside the servers.
import { resolve } from 'node:path'
import type { Config } from '@timbre/server/config.ts'
import type { Records } from '@timbre/server/storage/queries/records.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'

export interface Beside {
  readonly storage: Records
  close(): Promise<void>
}

/** Backends are loaded when they are needed: both would stay in the memory of `timbre start`. */
export async function openBeside({ database, dataDir }: Pick<Config, 'database' | 'dataDir'>): Promise<Beside> {
  if (database === null) {
    const { openFileBeside } = await import('@timbre/server/storage/sqlite/connection/file-beside.ts')
    return openFileBeside(databaseFile(resolve(dataDir)))
  }
  const { openDatabaseBeside } = await import('@timbre/server/storage/postgres/wire/database-beside.ts')
  return openDatabaseBeside(database.url)
}
