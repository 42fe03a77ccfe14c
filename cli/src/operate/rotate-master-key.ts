// Owns `timbre rotate-master-key`: everything that is sealed, sealed again with the new master key, while servers run.
import { resolve } from 'node:path'
import { type Config, readConfig, SettingError } from '@timbre/server/config.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { readMasterKeys } from '@timbre/server/platform/master-key.ts'
import { type RotationReport, rotateMasterKey } from '@timbre/server/sealing/rotate-master-key.ts'
import type { WalkProgress } from '@timbre/server/sealing/sealed-walk.ts'
import { colours } from '../frame/colours.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'
import { openBeside } from './open-beside.ts'

/** Without a terminal: often enough to see that it goes on, seldom enough for a log. */
const TELL_EVERY_MS = 5000
const SHOW_EVERY_MS = 200

export function rotateMasterKeyCommand(): TimbreCommand {
  return new TimbreCommand('rotate-master-key')
    .description(
      'Seal every secret again with TIMBRE_MASTER_KEY (or master.key), given the one before as TIMBRE_MASTER_KEY_PREVIOUS (or master.key.previous); servers may be running; run it again to go on',
    )
    .example('timbre rotate-master-key')
    .action(run)
}

async function run(): Promise<void> {
  const config = readConfig(undefined, [])
  const keys = keysOf(config)
  const { storage, close } = await openBeside(config)
  try {
    const report = await rotateMasterKey({ ...keys, storage, onProgress: showProgress() })
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
    process.stdout.write(textOf(report, config.adminKey === null && report.retired.length > 0))
  } finally {
    await close()
  }
}

/** A key is never made here: it would be known to no server. */
function keysOf({ masterKey, masterKeyPrevious, dataDir }: Config) {
  const source = { text: masterKey, previousText: masterKeyPrevious, dataDir: resolve(dataDir) }
  const { current, previous } = readMasterKeys(source)
  if (current === null)
    throw new SettingError('There is no master key: set TIMBRE_MASTER_KEY to the new one, as the servers have it.')
  return { current, previous }
}

function showProgress(): (step: 'seal' | 'verify', progress: WalkProgress) => void {
  const everyMs = process.stdout.isTTY ? SHOW_EVERY_MS : TELL_EVERY_MS
  let shownAt = systemClock.monotonic()
  return (step, { rowsDone, rowsTotal }) => {
    const at = systemClock.monotonic()
    if (at - shownAt < everyMs) return
    shownAt = at
    const percent = rowsTotal === 0 ? 100 : Math.min(Math.floor((rowsDone / rowsTotal) * 100), 100)
    const text = `${percent} % ${step === 'seal' ? 'sealed again' : 'verified'} (${rowsDone} of ${rowsTotal} rows)`
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${text}` : `${text}\n`)
  }
}

function textOf({ keyId, resealed, verified, retired }: RotationReport, adminKeyChanges: boolean): string {
  const { texts, webhooks, responses } = verified
  const done = `${colours.green('Verified')}: all ${texts} sealed texts of ${webhooks} webhooks and ${responses} stored responses open with the master key ${keyId} alone; ${resealed} rows were sealed again by this run.\n`
  if (retired.length === 0) return `${done}No other key is in use.\n`
  const next = `Nothing needs the master key ${retired.join(', ')} any more. Start the servers without it, and keep it only as long as backups from before.\n`
  const admin =
    'The admin key is derived from the master key and changes with it: the one before ends with the next start. "timbre keys admin" shows the new one.\n'
  return done + next + (adminKeyChanges ? admin : '')
}
