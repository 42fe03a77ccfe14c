// Owns the tests of bringing a file to the newest version of the tables.
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { Migration } from './migrations/migration.ts'
import { MIGRATIONS, migrate, versionOf } from './migrations.ts'

const newest = MIGRATIONS.at(-1)?.version ?? 0
const nextOne: Migration = { version: newest + 1, name: 'next', sql: 'ALTER TABLE workspaces ADD COLUMN region TEXT' }
const broken: Migration = {
  version: newest + 2,
  name: 'broken',
  sql: 'CREATE TABLE half (id TEXT) STRICT; SELECT nothing',
}

const names = (db: DatabaseSync) =>
  db
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
    .all()
    .map(({ name }) => name)

test('are numbered from 1 without gaps', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
})

test('an empty file gets every migration, each recorded with its time', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1234)
  expect(versionOf(db)).toBe(newest)
  const recorded = db.prepare('SELECT version, name, applied_at FROM migrations ORDER BY version').all()
  expect(recorded.map((row) => ({ ...row }))).toEqual(
    MIGRATIONS.map(({ version, name }) => ({ version, name, applied_at: 1234 })),
  )
})

test('migrating again changes nothing', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  migrate(db, 2)
  expect(db.prepare('SELECT count(*) AS count FROM migrations WHERE applied_at = 2').get()?.['count']).toBe(0)
  expect(db.prepare('SELECT name FROM workspaces').get()?.['name']).toBe('Acme')
})

test('a file of an older version gets what is missing and keeps its rows', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  migrate(db, 2, [...MIGRATIONS, nextOne])
  expect(versionOf(db)).toBe(newest + 1)
  expect({ ...db.prepare('SELECT * FROM workspaces').get() }).toEqual({
    id: 'w',
    name: 'Acme',
    created_at: 1,
    retention_days: null,
    region: null,
  })
})

test('a migration that fails leaves nothing of itself, and what came before it stays', () => {
  const db = new DatabaseSync(':memory:')
  expect(() => migrate(db, 1, [...MIGRATIONS, nextOne, broken])).toThrow('nothing')
  expect(versionOf(db)).toBe(newest + 1)
  expect(names(db)).not.toContain('half')
})

test('a file that a newer Timbre wrote is not touched, and the error says what to do', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, [...MIGRATIONS, nextOne])
  expect(() => migrate(db, 2)).toThrow('Install the newer one again')
  expect(versionOf(db)).toBe(newest + 1)
})

test('every table is strict', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  const loose = db.prepare(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
  )
  expect(loose.all()).toEqual([])
})
