// Owns the checks of the database: reachable, its version, migrations that are due, its clock, and whether the master key is its own.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '@timbre/server/config.ts'
import { databaseTrouble } from '@timbre/server/database-trouble.ts'
import { AesVault } from '@timbre/server/platform/aes-vault.ts'
import { systemClock } from '@timbre/server/platform/clock.ts'
import { MASTER_KEY_FILE, readMasterKeys } from '@timbre/server/platform/master-key.ts'
import { openKeyCheck } from '@timbre/server/sealing/key-check.ts'
import { keysOf } from '@timbre/server/sealing/master-keys.ts'
import type { MigrationReport } from '@timbre/server/storage/interface/migration-report.ts'
import { databaseFile } from '@timbre/server/storage/sqlite/connection/database-file.ts'
import { durationText } from '../../frame/times.ts'
import { openBeside } from '../open-beside.ts'
import { type Finding, good, sentenceOf, uncertain, unknown, wrong } from './finding.ts'

/** Two clocks that differ by more make times in the record hard to read; leases go by the database's. */
const CLOCK_OFF_MS = 2000

export async function databaseFindings(config: Config): Promise<Finding[]> {
  const { database, dataDir } = config
  if (database === null) {
    const file = databaseFile(resolve(dataDir))
    if (!existsSync(file)) return [good('database', `SQLite; ${file} is made by the first start`), keyFinding(config)]
    return looked(config, 'SQLite', async () => {
      const { checkFile } = await import('@timbre/server/storage/sqlite/schema/migrate-file.ts')
      return checkFile(file)
    })
  }
  const findings = await looked(config, 'PostgreSQL', async () => {
    const { checkMigration } = await import('@timbre/server/storage/postgres/schema/migrate-database.ts')
    return checkMigration(database.url)
  })
  return findings.some(({ state }) => state === 'wrong')
    ? findings
    : [...findings, ...(await serverFindings(database.url))]
}

async function looked(config: Config, name: string, check: () => Promise<MigrationReport>): Promise<Finding[]> {
  let report: MigrationReport
  try {
    report = await check()
  } catch (error) {
    return [wrong('database', databaseTrouble(error) ?? `${name}: ${sentenceOf(error)}.`)]
  }
  const { before, after, applied } = report
  if (applied.length === 0)
    return [
      good('database', `${name}; its tables have version ${before}, as this program needs`),
      await keyFits(config),
    ]
  // A start applies them by itself.
  const due = `${name}; its tables have version ${before}, and migrations to version ${after} are due (${applied.length})`
  return [uncertain('database', `${due}: back up, then "timbre migrate", or start.`), keyFinding(config)]
}

/** Version and clock of a PostgreSQL. */
async function serverFindings(url: string): Promise<Finding[]> {
  const { databaseFacts } = await import('@timbre/server/storage/postgres/wire/database-facts.ts')
  const { version, now } = await databaseFacts(url)
  const offMs = Math.abs(systemClock.now() - now)
  return [
    good('PostgreSQL', version),
    offMs > CLOCK_OFF_MS
      ? uncertain('clock', `It differs from the database's by ${durationText(offMs)}. Set both by NTP.`)
      : good('clock', `as the database's, within ${durationText(offMs)}`),
  ]
}

function keyFinding(config: Config): Finding {
  const found = keys(config)
  if ('of' in found) return found
  if (found.current !== null) return good('master key', `from ${sourceOf(config)}`)
  if (config.database !== null)
    return wrong('master key', 'With DATABASE_URL every node needs the same TIMBRE_MASTER_KEY, and it is not set.')
  return good('master key', `${MASTER_KEY_FILE} is made by the first start. Keep a copy apart from the backups.`)
}

/** The key opens what the database was sealed with, before a start finds out. */
async function keyFits(config: Config): Promise<Finding> {
  const found = keys(config)
  if ('of' in found) return found
  const { current, previous } = found
  if (current === null)
    return wrong(
      'master key',
      `There is data, and neither TIMBRE_MASTER_KEY nor ${MASTER_KEY_FILE} in ${resolve(config.dataDir)}. Put the key of this data there.`,
    )
  const { storage, close } = await openBeside(config)
  try {
    const checks = await storage.listKeyChecks()
    const vault = new AesVault(keysOf({ current, previous }))
    if (checks.length === 0)
      return unknown('master key', `from ${sourceOf(config)}; nothing was sealed yet that it could be tried on`)
    if (checks.some((check) => openKeyCheck(vault, check) !== undefined))
      return good('master key', `from ${sourceOf(config)}; it is the one of this data`)
    return wrong(
      'master key',
      `The one from ${sourceOf(config)} is not that of this data. Start with the key that the data was made with.`,
    )
  } finally {
    await close()
  }
}

function keys({ masterKey, masterKeyPrevious, dataDir }: Config): ReturnType<typeof readMasterKeys> | Finding {
  try {
    return readMasterKeys({ text: masterKey, previousText: masterKeyPrevious, dataDir: resolve(dataDir) })
  } catch (error) {
    return wrong('master key', `${sentenceOf(error)}.`)
  }
}

function sourceOf({ masterKey, dataDir }: Config): string {
  return masterKey === null ? `${MASTER_KEY_FILE} in ${resolve(dataDir)}` : 'TIMBRE_MASTER_KEY'
}
