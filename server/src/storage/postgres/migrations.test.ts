// Owns the tests of bringing a database to the newest version of the tables, with other nodes at the same.
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../test/support/postgres/database.ts'
import { updatesInPlace } from './migrations/0003-updates-in-place.ts'
import { MIGRATIONS, type Migration, migrate, versionOf } from './migrations.ts'
import { openPool } from './open-pool.ts'
import { makePartitions } from './partitions.ts'

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

describe('the version that updates in place', () => {
  /** What the first success of a delivery changes. A word of an index about one of these would make it write all of them. */
  const CHANGED = /\b(status|updated_at|attempts|lease_until|lease_node|response_status|succeeded_at)\b/

  test('has no index that the first success of a delivery would have to be written to, and room for it on the page', async () => {
    await migrate(client(), 1)
    const { rows: indexes } = await client().query(
      `SELECT pg_get_indexdef(indexrelid) AS text FROM pg_index WHERE indrelid = 'deliveries'::regclass`,
    )
    expect(indexes.length).toBeGreaterThan(8)
    expect(indexes.map(({ text }) => String(text)).filter((text) => CHANGED.test(text))).toEqual([])
    const pool = openPool({ url: database.url, name: 'tests' }, 1)
    await makePartitions(pool, Date.now())
    await pool.end()
    const { rows: parts } = await client().query(
      `SELECT DISTINCT array_to_string(reloptions, ' ') AS options FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
       WHERE inhparent = 'deliveries'::regclass`,
    )
    expect(parts.map(({ options }) => String(options).includes('fillfactor=50'))).not.toContain(false)
  })

  test('knows what was leased and what had failed in the one before', async () => {
    await migrate(client(), 1, MIGRATIONS.slice(0, MIGRATIONS.indexOf(updatesInPlace)))
    await client().query(`INSERT INTO deliveries (workspace_id, day, id, webhook_id, event_id, event_seq, event_key, status,
        "trigger", attempts, scheduled_attempts, created_at, updated_at, awaits_turn, lease_token, lease_until, lease_node)
      VALUES ('w', 1, 'd1', 'h', 'e', 1, 't', 'sending', 'automatic', 0, 0, 1, 1, 0, 'token', 99, 'node'),
        ('w', 1, 'd2', 'h', 'e', 1, 't', 'failed', 'automatic', 1, 1, 1, 1, 0, NULL, NULL, NULL),
        ('w', 1, 'd3', 'h', 'e', 1, 't', 'success', 'automatic', 1, 1, 1, 1, 0, NULL, NULL, NULL)`)
    await migrate(client(), 2)
    expect((await client().query('SELECT token, node, until FROM leases')).rows).toEqual([
      { token: 'token', node: 'node', until: '99' },
    ])
    const { rows } = await client().query('SELECT id, last_error AS "lastError" FROM deliveries ORDER BY id')
    expect(rows).toEqual([
      { id: 'd1', lastError: null },
      { id: 'd2', lastError: 'The delivery failed.' },
      { id: 'd3', lastError: null },
    ])
  })
})
