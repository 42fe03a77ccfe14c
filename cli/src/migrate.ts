// Owns `timbre migrate`: the tables of the database to the version of this program.
import { readConfig } from '@timbre/server/config.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import type { MigrationReport } from '@timbre/server/storage/migration-report.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/database-file.ts'
import { Command } from 'commander'
import pc from 'picocolors'

/** What `--check` ends with when a migration is due; 1 and 2 are errors. */
const EXIT_DUE = 3

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the tables of DATABASE_URL, or of TIMBRE_DATA_DIR, to the version of this program')
    .option('--check', 'change nothing; exit 0 when the tables are current, 3 when a migration is due')
    .action(({ check }: { readonly check?: boolean }) => (check === true ? runCheck() : runMigrate()))
}

async function runMigrate(): Promise<void> {
  const { database, dataDir } = readConfig(undefined, [])
  const start = systemClock.monotonic()
  const now = systemClock.now()
  const { inFile, inDatabase } = await migrations()
  const report =
    database === null
      ? inFile.migrateFile(databaseFile(dataDir), now)
      : await inDatabase.migrateDatabase(database.url, now)
  const seconds = ((systemClock.monotonic() - start) / 1000).toFixed(1)
  if (report.applied.length === 0) return say(pc.green('Nothing to do'), `: the tables have version ${report.after}.`)
  say(pc.green('Migrated'), ` from version ${report.before} to ${report.after} in ${seconds} s: ${namesOf(report)}.`)
}

async function runCheck(): Promise<void> {
  const { database, dataDir } = readConfig(undefined, [])
  const { inFile, inDatabase } = await migrations()
  const report =
    database === null ? inFile.checkFile(databaseFile(dataDir)) : await inDatabase.checkMigration(database.url)
  if (report.applied.length === 0)
    return say(pc.green('Current'), `: the tables have version ${report.before}, and this program needs no newer one.`)
  say(pc.yellow('Due'), ` from version ${report.before} to ${report.after}: ${namesOf(report)}.`)
  process.exitCode = EXIT_DUE
}

/** Loaded when they are needed: both backends, which `timbre start` would keep in memory. */
async function migrations() {
  return {
    inFile: await import('@timbre/server/storage/sqlite/migrate-file.ts'),
    inDatabase: await import('@timbre/server/storage/postgres/migrate-database.ts'),
  }
}

function namesOf({ applied }: MigrationReport): string {
  return applied.map(({ version, name }) => `${version} ${name}`).join(', ')
}

function say(word: string, rest: string): void {
  process.stdout.write(`${word}${rest}\n`)
}
