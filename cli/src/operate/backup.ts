// Owns `timbre backup FILE`: a copy of the database while the server runs.
import { resolve } from 'node:path'
import { readConfig } from '@timbre/server/config.ts'
import { type BackupProgress, backupDatabase } from '@timbre/server/storage/sqlite/backup/backup-database.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'
import { colours } from '../frame/colours.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { bytesText } from './bytes-text.ts'

export function backupCommand(): TimbreCommand {
  return new TimbreCommand('backup')
    .description('Copy the database of TIMBRE_DATA_DIR to FILE; the server may be running')
    .argument('<file>', 'the backup, one file')
    .option('--force', 'replace FILE when it exists')
    .example('timbre backup /var/backups/timbre.db --force')
    .action((file: string, { force }: { readonly force?: boolean }) => runBackup(resolve(file), force === true))
}

async function runBackup(file: string, force: boolean): Promise<void> {
  const { dataDir } = readConfig(undefined, [])
  const onProgress = process.stdout.isTTY ? showProgress : () => {}
  const bytes = await backupDatabase({ from: databaseFile(dataDir), to: file, force, onProgress })
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
  process.stdout.write(
    `${colours.green('Backed up')} to ${file} (${bytesText(bytes)}, checked).\n` +
      'The master key is not in it: keep master.key, or TIMBRE_MASTER_KEY, apart from it. Without the key the secrets\n' +
      'and headers of webhooks cannot be read.\n',
  )
}

function showProgress({ pagesDone, pagesTotal }: BackupProgress): void {
  const percent = pagesTotal === 0 ? 100 : Math.floor((pagesDone / pagesTotal) * 100)
  process.stdout.write(`\r\x1b[K${percent} % copied`)
}
