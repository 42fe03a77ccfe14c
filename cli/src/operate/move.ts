// Owns `timbre move`: everything of a data directory into PostgreSQL.
import { resolve } from 'node:path'
import { type Config, readConfig, SettingError } from '@timbre/server/config.ts'
import { AesVault } from '@timbre/server/platform/aes-vault.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { MASTER_KEY_FILE, readMasterKeys } from '@timbre/server/platform/master-key.ts'
import { keysOf } from '@timbre/server/sealing/master-keys.ts'
import type { MoveProgress } from '@timbre/server/storage/move/move-database.ts'
import type { TallyLine } from '@timbre/server/storage/move/tally.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'
import { Option } from 'commander'
import { colours } from '../frame/colours.ts'
import { textTable } from '../frame/text-table.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { progressText } from './progress-text.ts'

/** Without a terminal: often enough to see that it goes on, seldom enough for a log. */
const TELL_EVERY_MS = 10_000
const SHOW_EVERY_MS = 200

export function moveCommand(): TimbreCommand {
  return new TimbreCommand('move')
    .description(
      'Move everything of TIMBRE_DATA_DIR to DATABASE_URL, an empty PostgreSQL database; run it again to go on',
    )
    .addOption(new Option('--from <backend>', 'where the data is').choices(['sqlite']).makeOptionMandatory())
    .addOption(new Option('--to <backend>', 'where it goes').choices(['postgres']).makeOptionMandatory())
    .example('timbre move --from sqlite --to postgres')
    .action(runMove)
}

async function runMove(): Promise<void> {
  const config = readConfig(undefined, [])
  const { database, dataDir } = config
  if (database === null)
    throw new SettingError('DATABASE_URL is not set. It must name the PostgreSQL database to move to.')
  const directory = resolve(dataDir)
  const start = systemClock.monotonic()
  // Loaded when it is needed: both backends, which `timbre start` would keep in memory.
  const { moveDatabase } = await import('@timbre/server/storage/move/move-database.ts')
  const { rowsBefore, rowsMoved, lines } = await moveDatabase({
    from: databaseFile(directory),
    to: database.url,
    clock: systemClock,
    vault: () => vaultOf(config, directory),
    onProgress: showProgress(),
  })
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
  const seconds = Math.round((systemClock.monotonic() - start) / 1000)
  process.stdout.write(
    `${table(lines)}\n${colours.green('Moved')} ${rowsMoved} rows in ${seconds} s${rowsBefore > 0 ? ` (${rowsBefore} of them before)` : ''}; every count and checksum is the same on both sides.\n` +
      `Start the servers with DATABASE_URL and the same master key. ${databaseFile(directory)} was not changed: keep it, and start no server on it.\n`,
  )
}

/** A key is never made here: it could not be the one that the secrets were sealed with. */
function vaultOf({ masterKey, masterKeyPrevious }: Config, directory: string): AesVault {
  const { current, previous } = readMasterKeys({ text: masterKey, previousText: masterKeyPrevious, dataDir: directory })
  if (current === null)
    throw new SettingError(`TIMBRE_MASTER_KEY is not set and there is no ${MASTER_KEY_FILE} in ${directory}.`)
  return new AesVault(keysOf({ current, previous }))
}

function showProgress(): (progress: MoveProgress) => void {
  const everyMs = process.stdout.isTTY ? SHOW_EVERY_MS : TELL_EVERY_MS
  let first: (MoveProgress & { readonly at: number }) | undefined
  let shownAt = 0
  return (progress) => {
    const at = systemClock.monotonic()
    if (first?.step !== progress.step) first = { ...progress, at }
    if (at - shownAt < everyMs) return
    shownAt = at
    const text = progressText(progress, { rows: progress.rowsDone - first.rowsDone, ms: at - first.at })
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }
}

function table(lines: readonly TallyLine[]): string {
  const rows = lines.map(({ table: name, workspaceId, count, checksum }) => [
    name,
    workspaceId,
    String(count),
    checksum,
  ])
  return textTable(['table', 'workspace', 'rows', 'checksum'], rows, { right: [2] }).join('\n')
}
