// Owns `timbre migrate`: the tables of the database to the version of this program.
import { readConfig } from '@timbre/server/config.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import type { MigrationReport } from '@timbre/server/storage/interface/migration-report.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'
import { colours } from '../frame/colours.ts'
import { TimbreCommand } from '../frame/timbre-command.ts'

/** What `--check` ends with when a migration is due; 1 and 2 are errors. */
const EXIT_DUE = 3

export function migrateCommand(): TimbreCommand {
  return new TimbreCommand('migrate')
    .description('Bring the tables of DATABASE_URL, or of TIMBRE_DATA_DIR, to the version of this program')
    .option('--check', 'change nothing; exit 0 when the tables are current, 3 when a migration is due')
    .example('timbre migrate --check')
    .action(({ check }: { readonly check?: boolean }) => (check === true ? runCheck() : runMigrate()))
}

async function runMigrate(): Promise<void> {
  const { due, migrate } = await migrations()
  const { before, after, applied } = await due()
  if (applied.length > 0)
    say('Migrating', ` from version ${before} to ${after}: large tables take minutes, and can be interrupted safely.`)
  const start = systemClock.monotonic()
  const report = await migrate(systemClock.now())
  const seconds = ((systemClock.monotonic() - start) / 1000).toFixed(1)
  if (report.applied.length === 0)
    return say(colours.green('Nothing to do'), `: the tables have version ${report.after}.`)
  say(
    colours.green('Migrated'),
    ` from version ${report.before} to ${report.after} in ${seconds} s: ${namesOf(report)}.`,
  )
}

async function runCheck(): Promise<void> {
  const { due } = await migrations()
  const report = await due()
  if (report.applied.length === 0)
    return say(
      colours.green('Current'),
      `: the tables have version ${report.before}, and this program needs no newer one.`,
    )
  say(colours.yellow('Due'), ` from version ${report.before} to ${report.after}: ${namesOf(report)}.`)
  const careful = report.before === 0 ? [] : report.applied.filter(({ needsCare }) => needsCare)
  if (careful.length > 0)
    say(
      colours.yellow('⚠'),
      ` ${careful.map(({ version }) => version).join(', ')}: CHANGELOG.md says what to do before.`,
    )
  process.exitCode = EXIT_DUE
}

interface Migrations {
  /** What a migration would do. */
  due(): MigrationReport | Promise<MigrationReport>
  /** @param now milliseconds */
  migrate(now: number): MigrationReport | Promise<MigrationReport>
}

/** Of the backend that is set. Loaded when it is needed: both would stay in the memory of `timbre start`. */
async function migrations(): Promise<Migrations> {
  const { database, dataDir } = readConfig(undefined, [])
  if (database === null) {
    const { checkFile, migrateFile } = await import('@timbre/server/storage/sqlite/schema/migrate-file.ts')
    const file = databaseFile(dataDir)
    return { due: () => checkFile(file), migrate: (now) => migrateFile(file, now) }
  }
  const { checkMigration, migrateDatabase } = await import('@timbre/server/storage/postgres/schema/migrate-database.ts')
  return { due: () => checkMigration(database.url), migrate: (now) => migrateDatabase(database.url, now) }
}

function namesOf({ applied }: MigrationReport): string {
  return applied.map(({ version, name }) => `${version} ${name}`).join(', ')
}

function say(word: string, rest: string): void {
  process.stdout.write(`${word}${rest}\n`)
}
