// Owns what `timbre migrate --check` tells an operator before an upgrade. Its work is tested with the storage.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseFile } from '../../server/src/storage/sqlite/connection/database-file.ts'
import { MIGRATIONS, migrate } from '../../server/src/storage/sqlite/schema/migrations.ts'
import { runTimbre } from '../support/run-timbre.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'timbre-migrate-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** A file as the version of the program that knew these migrations left it. */
function leftAt(version: number): void {
  const db = new DatabaseSync(databaseFile(dataDir))
  migrate(
    db,
    1,
    MIGRATIONS.filter((one) => one.version <= version),
  )
  db.close()
}

const check = () => runTimbre(['migrate', '--check'], { TIMBRE_DATA_DIR: dataDir })

test('what is due is named, and with ⚠ what the changelog says more of', async () => {
  leftAt(4)
  const { code, stdout } = await check()
  const [due, careful] = stdout.split('\n')
  expect([code, due]).toEqual([3, expect.stringMatching(/^Due from version 4 to \d+: 5 numbers, 6 due webhooks, /)])
  expect(careful).toBe('⚠ 5, 6, 7: CHANGELOG.md says what to do before.')
})

test('a migration that needs no care brings no warning', async () => {
  leftAt(7)
  const { code, stdout } = await check()
  expect(code).toBe(3)
  expect(stdout).toMatch(/^Due from version 7 to \d+: 8 workspaces by time, [^⚠]*$/)
})
