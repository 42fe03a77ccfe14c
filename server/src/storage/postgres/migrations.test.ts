// Owns the tests of bringing a database to the newest version of the tables, with other nodes at the same.
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../test/support/postgres/database.ts'
import { MIGRATIONS, type Migration, migrate, versionOf } from './migrations.ts'

const newest = MIGRATIONS.at(-1)?.version ?? 0
const next = (fields: Partial<Migration> = {}): Migration => ({
  version: newest + 1,
  name: 'next',
  compatibleFrom: newest,
  sql: 'ALTER TABLE workspaces ADD COLUMN region text',
  ...fields,
})

let database: TestDatabase
let clients: pg.Client[]
beforeEach(async () => {
  database = await makeDatabase(inject('postgresUrl'))
  clients = [1, 2, 3].map(() => new pg.Client(database.url))
  await Promise.all(clients.map((client) => client.connect()))
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await database.drop()
})

/** There are three: see beforeEach. */
const client = (nth = 0) => clients[nth] as pg.Client
const addWorkspace = () => client().query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)

test('are numbered from 1 without gaps', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1))
})

test('nodes that start at the same moment migrate once', async () => {
  await Promise.all(clients.map((each, nth) => migrate(each, nth)))
  const { rows } = await client().query('SELECT version FROM migrations ORDER BY 1')
  expect(rows.map(({ version }) => version)).toEqual(MIGRATIONS.map(({ version }) => version))
})

test('a database of an older version gets what is missing and keeps its rows', async () => {
  await migrate(client(), 1)
  await addWorkspace()
  await migrate(client(), 2, [...MIGRATIONS, next()])
  expect((await versionOf(client())).version).toBe(newest + 1)
  const { rows } = await client().query('SELECT id, region FROM workspaces')
  expect(rows).toEqual([{ id: 'w', region: null }])
})

test('a migration that fails leaves nothing of itself, and the lock is free again', async () => {
  await migrate(client(), 1)
  const broken = next({ sql: 'CREATE TABLE half (id text); SELECT nothing' })
  await expect(migrate(client(), 1, [...MIGRATIONS, broken])).rejects.toThrow('nothing')
  expect((await client().query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }])
  await migrate(client(1), 1)
})

test('an older node goes on working after a migration that is compatible with it', async () => {
  await migrate(client(), 1, [...MIGRATIONS, next()])
  await migrate(client(), 2)
  await addWorkspace()
})

test('tables that need a newer program are refused, and the error says what to do', async () => {
  await migrate(client(), 1, [...MIGRATIONS, next({ compatibleFrom: newest + 1 })])
  await expect(migrate(client(), 2)).rejects.toThrow('Install the newer one')
})
