// Owns the tests of bringing a database to the newest version of the tables, with other nodes at the same.
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../../test/support/postgres/database.ts'
import { until } from '../../../../../test/support/until.ts'
import { COMPLETE_MARKS } from '../claim/due-marks.ts'
import { openPool } from '../wire/open-pool.ts'
import { Session } from '../wire/session.ts'
import { updatesInPlace } from './migrations/0004-updates-in-place.ts'
import { secrets } from './migrations/0007-secrets.ts'
import { dueMarks } from './migrations/0009-due-marks.ts'
import type { Migration } from './migrations/migration.ts'
import { MIGRATIONS, migrate, versionOf } from './migrations.ts'
import { makePartitions } from './partitions.ts'

const newest = MIGRATIONS.at(-1)?.version ?? 0
const head = { version: newest + 1, name: 'next', compatibleFrom: newest }
const next = (fields: { readonly compatibleFrom?: number; readonly sql?: string } = {}): Migration => ({
  ...head,
  sql: 'ALTER TABLE workspaces ADD COLUMN region text',
  ...fields,
})
const index = { name: 'deliveries_by_error', table: 'deliveries', on: '(workspace_id, last_error)' }
const nextIndex = (fields: Partial<typeof index> = {}): Migration => ({ ...head, index: { ...index, ...fields } })

let database: TestDatabase
let clients: pg.Client[]
beforeEach(async () => {
  database = await makeDatabase(inject('postgresUrl'))
  clients = [1, 2, 3].map(() => new pg.Client(database.url))
  for (const each of clients) each.on('error', () => {})
  await Promise.all(clients.map((client) => client.connect()))
})
afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await database.drop()
})

/** There are three: see beforeEach. */
const client = (nth = 0) => clients[nth] as pg.Client
// `pg` keeps the id of the server's process, and does not say so in its types.
const pidOf = (nth: number) => Object(client(nth)).processID
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

test('an incompatible migration is refused while a node runs that does not know it, and says which', async () => {
  await migrate(client(), 1)
  await client().query(
    `INSERT INTO nodes VALUES ('old', now(), now(), ${newest}), ('dead', now(), now() - interval '16 s', 1)`,
  )
  const incompatible = [...MIGRATIONS, next({ compatibleFrom: newest + 1, sql: 'SELECT pg_sleep(2.1)' })]
  await expect(migrate(client(), 2, incompatible)).rejects.toThrow('nodes that are running: old. Stop them')
  await client().query(`DELETE FROM nodes WHERE id = 'old'`)
  // With nobody to wait for it, it takes as long as it takes: here longer than one that runs beside others may.
  expect((await migrate(client(), 2, incompatible)).length).toBe(1)
})

describe('an index of its own migration', () => {
  const partsOf = async (name: string) => {
    const { rows } = await client().query(
      `SELECT count(*)::int AS parts, bool_and(i.indisvalid) AS "areValid" FROM pg_partition_tree($1) t
      JOIN pg_index i ON i.indexrelid = t.relid`,
      [name],
    )
    return rows[0]
  }
  const addPartition = (day: number, nth = 0) =>
    client(nth).query(`CREATE TABLE deliveries_d${day} (LIKE deliveries INCLUDING DEFAULTS);
      ALTER TABLE deliveries ATTACH PARTITION deliveries_d${day} FOR VALUES FROM (${day}) TO (${day + 1})`)

  test('is there on every partition, also one that is made later', async () => {
    await migrate(client(), 1)
    await addPartition(100)
    await migrate(client(), 2, [...MIGRATIONS, nextIndex()])
    await addPartition(101)
    expect(await partsOf(index.name)).toEqual({ parts: 4, areValid: true })
  })

  test('can be of a table without partitions', async () => {
    await migrate(client(), 1)
    await migrate(client(), 2, [...MIGRATIONS, nextIndex({ name: 'ids_by_day', table: 'event_ids', on: '(day)' })])
    const { rows } = await client().query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'ids_by_day'::regclass`)
    expect(rows).toEqual([{ indisvalid: true }])
  })

  test('is built once by nodes that start at the same moment: none waits for another in a transaction', async () => {
    await migrate(client(), 1)
    await Promise.all(clients.map((each) => migrate(each, 2, [...MIGRATIONS, nextIndex()])))
    expect(await partsOf(index.name)).toEqual({ parts: 2, areValid: true })
  })

  test('keeps no writer waiting, and waits for a transaction that is under way', async () => {
    await migrate(client(), 1)
    await addPartition(100)
    await client(1).query('BEGIN; LOCK TABLE deliveries_d100 IN ROW EXCLUSIVE MODE')
    const building = migrate(client(), 2, [...MIGRATIONS, nextIndex()])
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'`
    await until(
      async () => (await client(2).query(waiting)).rowCount,
      (count) => count === 1,
    )
    // A node of the version before makes its partition, and a writer writes.
    await addPartition(101, 2)
    await client(2).query(`SET lock_timeout = 100; INSERT INTO deliveries (workspace_id, day, id, webhook_id, event_id,
      event_seq, event_key, status, "trigger", attempts, scheduled_attempts, created_at, updated_at, awaits_turn)
      VALUES ('w', 100, 'd', 'h', 'e', 1, 'k', 'queued', 'automatic', 0, 0, 1, 1, 0)`)
    await client(1).query('COMMIT')
    await building
    expect(await partsOf(index.name)).toEqual({ parts: 4, areValid: true })
  })

  test('is finished by the next node when the one that built it has died', async () => {
    await migrate(client(), 1)
    await addPartition(100)
    await client(1).query('BEGIN; LOCK TABLE deliveries_d100 IN ROW EXCLUSIVE MODE')
    const building = migrate(client(2), 2, [...MIGRATIONS, nextIndex()]).catch((error) => error)
    const half = `SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('deliveries_by_error_d100')`
    await until(
      async () => (await client().query(half)).rowCount,
      (count) => count === 1,
    )
    await client().query(`SELECT pg_terminate_backend(${pidOf(2)})`)
    expect(await building).toBeInstanceOf(Error)
    await client(1).query('COMMIT')
    await migrate(client(), 3, [...MIGRATIONS, nextIndex()])
    expect(await partsOf(index.name)).toEqual({ parts: 3, areValid: true })
  })
})

test('a table that is in use is waited for in short turns, between which others get it', async () => {
  await migrate(client(), 1)
  await client(1).query('BEGIN; SELECT count(*) FROM workspaces')
  const migrating = migrate(client(), 2, [...MIGRATIONS, next()])
  await until(
    async () => (await client(2).query(`SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'`)).rowCount,
    (count) => count === 1,
  )
  await client(2).query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  // Before the table is free: this is what the migration would have kept waiting.
  await client(1).query('COMMIT')
  expect((await migrating).length).toBe(1)
})

test('what is unique is so within a workspace, but for the workspaces themselves and hashes by which credentials are found', async () => {
  await migrate(client(), 1)
  const { rows } = await client().query(
    `SELECT indexrelid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
       AND c.relname NOT IN ('nodes', 'leases', 'migrations', 'moves', 'key_checks')
       AND NOT EXISTS (SELECT 1 FROM pg_attribute a
         WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) AND a.attname = 'workspace_id')
     ORDER BY 1`,
  )
  expect(rows.map(({ name }) => name)).toEqual([
    'api_keys_hash_key',
    'sessions_hash_key',
    'sessions_link_hash_key',
    'workspaces_pkey',
  ])
})

describe('the version that finds by workspace', () => {
  const at = (index: Migration) => MIGRATIONS.slice(0, MIGRATIONS.indexOf(index) + 1)
  const addNode = () => client().query(`INSERT INTO nodes VALUES ('old', now(), now(), 4)`)

  test('builds its index while a node of the one before runs, and then waits for that to stop', async () => {
    await migrate(client(), 1, at(updatesInPlace))
    await addNode()
    await expect(migrate(client(), 2)).rejects.toThrow('nodes that are running: old. Stop them')
    expect((await versionOf(client())).version).toBe(5)
    await client().query('DELETE FROM nodes')
    expect((await migrate(client(), 3))[0]?.version).toBe(6)
  })

  test('keeps the audit log, in which a number is given once in a workspace and once outside of all', async () => {
    await migrate(client(), 1, at(updatesInPlace))
    const add = (workspace: string, seq: string) =>
      client().query(`INSERT INTO audit_entries (workspace_id, seq, id, action, actor, target_id, changed_fields, created_at)
        VALUES (${workspace}, ${seq}, 'a', 'webhook.created', 'admin', 't', '[]', 1)`)
    await add('NULL', 'DEFAULT')
    await add(`'w'`, 'DEFAULT')
    await migrate(client(), 2)
    await add('NULL', 'DEFAULT')
    const { rows } = await client().query('SELECT seq FROM audit_entries ORDER BY seq')
    expect(rows.map(({ seq }) => seq)).toEqual(['1', '2', '3'])
    await expect(add('NULL', '3')).rejects.toThrow('audit_entries_of_workspace')
  })
})

describe('the version that updates in place', () => {
  /** What the first success of a delivery changes. A word of an index about one of these would make it write all of them. */
  const CHANGED = /\b(status|updated_at|attempts|lease_until|lease_node|response_status|succeeded_at)\b/

  test('has no index that the first success of a delivery would have to be written to, and capacity for it on the page', async () => {
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

test('a replaced secret goes into the list, and of a deleted webhook nothing is left that is worth reading', async () => {
  const before = MIGRATIONS.filter(({ version }) => version < secrets.version)
  await migrate(client(), 1, before)
  await addWorkspace()
  const add = (id: string, deletedAt: number | null, sealed: string | null, until: number | null) =>
    client().query(
      `INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
        updated_at, deleted_at, url, description, secret_preview, sealed_secret, sealed_previous_secret,
        previous_secret_expires_at, sealed_headers)
      VALUES ('w', $1, 1, 'none', 3, 4, 5, 1, 2, $2, 'https://a.example/?token=t', 'mine', 'p', 'v1.s', $3, $4, 'v1.h')`,
      [id, deletedAt, sealed, until],
    )
  await add('h1', null, 'v1.before', 1_800_000_000_000)
  await add('h2', null, null, null)
  await add('h3', 9, 'v1.deleted', 77)
  await migrate(client(), 2, [...before, secrets])
  const { rows } = await client().query('SELECT * FROM webhooks ORDER BY id')
  const same = { sealed_previous_secret: null, previous_secret_expires_at: null, version: 3 }
  const kept = { ...same, url: 'https://a.example/?token=t', sealed_secret: 'v1.s', sealed_headers: 'v1.h' }
  const gone = { ...same, url: '', description: null, secret_preview: '', sealed_secret: '', sealed_headers: '' }
  expect(rows).toMatchObject([
    { ...kept, id: 'h1' },
    { ...kept, id: 'h2', previous_secrets: null, previous_secrets_expire_at: null },
    { ...gone, id: 'h3', previous_secrets: null, previous_secrets_expire_at: null },
  ])
  expect(JSON.parse(rows[0]?.previous_secrets)).toEqual([{ sealed: 'v1.before', expiresAt: 1_800_000_000_000 }])
})

describe('the version with marks of what is due', () => {
  const day = 20_000
  const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(dueMarks))
  const withMarks = [...before, dueMarks]
  const addDelivery = (id: string, webhookId: string, dueAt: number | null) =>
    client().query(
      `INSERT INTO deliveries (workspace_id, day, id, webhook_id, event_id, event_seq, event_key, status, "trigger", attempts,
        scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
      VALUES ('w', ${day}, $1, $2, 'e', 1, 'k', $4, 'automatic', 1, 1, 1, 1, $3, 0)`,
      [id, webhookId, dueAt, dueAt === null ? 'success' : 'queued'],
    )
  const marks = async () => {
    const { rows } = await client().query('SELECT webhook_id, due_at::int AS due_at FROM due_marks ORDER BY 1, 2')
    return rows.map((row) => `${row.webhook_id} ${row.due_at}`)
  }

  beforeEach(async () => {
    await migrate(client(), 1, before)
    for (const [id, isActive] of [
      ['h1', 1],
      ['h2', 0],
      ['h3', 1],
    ] as const)
      await client().query(
        `INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
          updated_at, url, secret_preview, sealed_secret, sealed_headers)
        VALUES ('w', $1, $2, 'none', 1, 0, 0, 1, 1, 'u', '', '', '')`,
        [id, isActive],
      )
    await addDelivery('d1', 'h1', 200)
    await addDelivery('d2', 'h1', 100)
    await addDelivery('d3', 'h2', 50)
    await addDelivery('d4', 'h3', null)
  })

  test('works beside nodes of the one before, and what they have queued is found', async () => {
    await client().query(`INSERT INTO nodes VALUES ('old', now(), now(), 8)`)
    expect((await migrate(client(), 2, withMarks)).map(({ version }) => version)).toEqual([9])
    expect(await marks()).toEqual([])
    // The marks are those of the newest program, which knows kinds of webhooks.
    await migrate(client(), 3)
    const session = new Session(client())
    expect(await session.run(COMPLETE_MARKS)).toBe(1)
    expect(await marks()).toEqual(['h1 100'])
    await addDelivery('d5', 'h1', 70)
    await addDelivery('d6', 'h3', 300)
    expect(await session.run(COMPLETE_MARKS)).toBe(2)
    expect(await marks()).toEqual(['h1 70', 'h1 100', 'h3 300'])
  })

  test('a webhook that is enabled again, by whatever program, has a mark of its first delivery', async () => {
    await migrate(client(), 2)
    await client().query('UPDATE webhooks SET is_active = 1')
    expect(await marks()).toEqual(['h2 50'])
  })
})
