// Owns `timbre restore FILE`: a backup into an empty data directory.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfig } from '@timbre/server/config.ts'
import { MASTER_KEY_FILE } from '@timbre/server/platform/master-key.ts'
import { restoreDatabase } from '@timbre/server/storage/sqlite/backup/restore-database.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'
import { colours } from '../frame/colours.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'

export function restoreCommand(): TimbreCommand {
  return new TimbreCommand('restore')
    .description('Put a backup into TIMBRE_DATA_DIR, which must be empty but for master.key')
    .argument('<file>', 'what `timbre backup` wrote')
    .example('TIMBRE_DATA_DIR=/var/lib/timbre timbre restore /var/backups/timbre.db')
    .action((file: string) => runRestore(resolve(file)))
}

async function runRestore(file: string): Promise<void> {
  const { dataDir, masterKey } = readConfig(undefined, [])
  const directory = resolve(dataDir)
  restoreDatabase(file, databaseFile(directory), directory)
  process.stdout.write(
    `${colours.green('Restored')} into ${directory} (checked). What was not yet delivered when the backup was made is sent again.\n`,
  )
  const keyFile = join(directory, MASTER_KEY_FILE)
  if (masterKey !== null || existsSync(keyFile)) return
  process.stdout.write(
    `${colours.yellow('The master key is missing.')} Before you start, put the one that belongs to the backup to ${keyFile}\n` +
      '(mode 600), or set TIMBRE_MASTER_KEY. With another key Timbre does not start.\n',
  )
}
