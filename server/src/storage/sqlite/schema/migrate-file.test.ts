import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { moveDatabase } from '../../move/move-database.ts'
import { databaseFile } from '../connection/database-file.ts'
import { openDatabase } from '../connection/open-database.ts'
import { checkFile, migrateFile } from './migrate-file.ts'
import { MIGRATIONS, migrate } from './migrations.ts'

const OLD = 2
const newest = MIGRATIONS.length

let directory: string
let file: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'timbre-migrate-'))
  file = databaseFile(directory)
  const db = openDatabase(file)
  migrate(db, 1, MIGRATIONS.slice(0, OLD))
  db.close()
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a file of an older version is brought to the newest, and what was done is told', () => {
  const applied = MIGRATIONS.slice(OLD)
  const report = { before: OLD, after: newest, applied }
  expect(checkFile(file)).toEqual(report)
  expect(checkFile(file), 'a check changes nothing').toEqual(report)
  expect(migrateFile(file, 2)).toEqual(report)
  expect(checkFile(file)).toEqual({ before: newest, after: newest, applied: [] })
  expect(migrateFile(file, 3)).toEqual({ before: newest, after: newest, applied: [] })
})

test('no file is made where there is none', () => {
  rmSync(file)
  expect(() => migrateFile(file, 1)).toThrow('There is no database in')
  expect(() => checkFile(file)).toThrow('There is no database in')
})

test('a file of an older version is not moved', async () => {
  const vault = () => {
    throw new Error('no secret is looked at')
  }
  const moved = moveDatabase({ from: file, to: 'postgres://nowhere', clock: systemClock, vault, onProgress: () => {} })
  await expect(moved).rejects.toThrow('Run `timbre migrate` without DATABASE_URL first')
})
