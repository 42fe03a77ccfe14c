// Owns putting Timbre together, with serve.ts: what is there before the database is open, and how the process ends.
// Must never load the HTTP framework, nor what stands on it: serve.ts is loaded while the database is opened.
import type { Logger } from 'pino'
import { EarlyDoor } from './api/http/early-door.ts'
import { type Config, readConfig, SettingError } from './config.ts'
import { databaseTrouble } from './database-trouble.ts'
import { makeStorage, type StorageListener, startStorage } from './open-storage.ts'
import { systemClock } from './platform/clock.ts'
import { prepareDataDirectory } from './platform/data-directory.ts'
import { makeLog } from './platform/log.ts'
import { onNpmGone } from './platform/npm-parent.ts'
import { type Random, SystemRandom } from './platform/random.ts'
import { terminalDestination } from './platform/terminal-log.ts'
import { VERSION } from './platform/version.ts'
import { portFault } from './port-fault.ts'
import { MasterKeyRefusal } from './sealing/master-keys.ts'
import type { Doors, Timbre } from './serve.ts'
import { shownSettings } from './shown-settings.ts'
import { givenKeys } from './start-keys.ts'

/** A connection that finds no capacity here tries again after a second: longer than to be refused with 429. */
const CONNECTIONS_WAITING_MAX = 4096

/** Less than whatever stops processes waits before it kills: containers, systemd and the chart are set to 30 s. */
const STOP_MS_MAX = 20_000

/** Starts everything and resolves once requests are served. */
export async function startTimbre(config: Config): Promise<Timbre> {
  const log = await openLog(config)
  const random = new SystemRandom()
  // Before anything is made: a start that cannot serve leaves nothing behind.
  const doors = await openDoors(config, random)
  makeDirectory(config, log)
  const keys = givenKeys(config)
  // Other nodes may have something to say before there is an engine to hear it; it will look for itself when it starts.
  const listener: StorageListener = { onNotice: () => {} }
  const store = await makeStorage(config, { random, log, listener })
  // The database is opened in a thread: meanwhile everything else is loaded here, which takes as long.
  const [, { serve }] = await Promise.all([startStorage(store.storage, log), import('./serve.ts')])
  return serve(config, { log, random, doors, keys, store, listener })
}

async function openLog(config: Config): Promise<Logger> {
  const log = makeLog({
    level: config.logLevel,
    ...(process.stdout.isTTY ? { destination: await terminalDestination(process.stdout) } : {}),
  })
  log.info({ version: VERSION, node: process.version, settings: shownSettings(config.settings) }, 'starting')
  for (const weakness of config.weaknesses) log.warn(weakness)
  return log
}

function makeDirectory({ dataDir, database }: Config, log: Logger): void {
  const tightened = prepareDataDirectory(dataDir, database === null)
  if (tightened.length > 0) log.warn({ tightened }, 'other users of this machine could read these; now they cannot')
}

/** @throws SettingError when a port cannot be had */
async function openDoors({ host, port, metrics }: Config, random: Random): Promise<Doors> {
  const common = { host, random, clock: systemClock, version: VERSION, backlog: CONNECTIONS_WAITING_MAX }
  try {
    const api = await EarlyDoor.open({ ...common, port })
    return { api, metrics: metrics.port === null ? undefined : await EarlyDoor.open({ ...common, port: metrics.port }) }
  } catch (error) {
    throw portFault(error, { host, port, metricsPort: metrics.port }) ?? error
  }
}

/**
 * Starts the server in this process and ends the process with it.
 * @param args options of the command line; absent: those of the process
 */
export async function runTimbre(args?: readonly string[]): Promise<void> {
  // Whatever is made from here on is the user's alone: the database, its log, the lock.
  process.umask(0o077)
  try {
    const starting = startTimbre(readConfig(undefined, args))
    // From the beginning: a start that is told to stop is finished first, so that what it has taken is released.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.once(signal, () => void end(starting, signal))
    onNpmGone(() => process.kill(process.pid, 'SIGHUP'))
    await starting
  } catch (error) {
    const sentence = databaseTrouble(error) ?? (error instanceof Error ? error.message : String(error))
    process.stderr.write(`Timbre did not start: ${sentence}\n`)
    process.exit(error instanceof SettingError || error instanceof MasterKeyRefusal ? 2 : 1)
  }
}

/** Exit code 0: everything is written and released; 1: the time was over before. The same signal again ends it at once. */
async function end(starting: Promise<Timbre>, signal: NodeJS.Signals): Promise<void> {
  process.stdout.write(
    `${signal}: finishing what is in flight (at most ${STOP_MS_MAX / 1000} s; the same signal again ends it at once) …\n`,
  )
  const late = () => {
    process.stderr.write(
      'The stop took too long and was cut short. What was in flight is sent again when its lease ends.\n',
    )
    process.exit(1)
  }
  setTimeout(late, STOP_MS_MAX)
  await starting.then((timbre) => timbre.stop()).catch(() => process.exit(1))
  process.stdout.write('Stopped. Everything that was accepted is on disk.\n')
  // Not once it is read: whoever reads may be gone, and the end must not wait for that.
  process.exit(0)
}

if (import.meta.main) await runTimbre()
