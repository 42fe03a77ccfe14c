// Owns the test of the eighth version of the tables: from the version before with rows in them, beside a node of that version.
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../../../test/support/postgres/database.ts'
import { until } from '../../../../../../test/support/until.ts'
import { MIGRATIONS, migrate } from '../migrations.ts'

let database: TestDatabase
let client: pg.Client
let listener: pg.Client
let heard: string[]
beforeEach(async () => {
  database = await makeDatabase(inject('postgresUrl'))
  client = new pg.Client(database.url)
  listener = new pg.Client(database.url)
  await Promise.all([client.connect(), listener.connect()])
  heard = []
  listener.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`))
  await listener.query('LISTEN timbre_api_key; LISTEN timbre_event_type')
})
afterEach(async () => {
  await Promise.all([client.end(), listener.end()])
  await database.drop()
})

test('rows stay, and what a node of the version before changes is told too: keys that are revoked, types that are changed', async () => {
  await migrate(client, 1, MIGRATIONS.slice(0, 7))
  await client.query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO api_keys (workspace_id, id, name, scopes, environment, hash, preview, created_at)
      VALUES ('w', 'k', 'Key', '[]', 'production', 'h', 'sk', 1);
    INSERT INTO event_types (workspace_id, key, title, description, schema, example, is_deprecated, created_at, updated_at)
      VALUES ('w', 'own.a', 'A', '', '{}', '{}', 0, 1, 1)`)
  await migrate(client, 2, MIGRATIONS.slice(0, 8))
  for (const statement of [
    `UPDATE api_keys SET last_used_at = 5`,
    `UPDATE api_keys SET revoked_at = 5`,
    `UPDATE event_types SET title = 'B'`,
    `INSERT INTO event_types SELECT workspace_id, 'own.b', title, description, schema, example, 0, 1, 1 FROM event_types`,
    `DELETE FROM event_types WHERE key = 'own.a'`,
  ]) {
    await client.query(statement)
  }
  const told = [
    'timbre_api_key k',
    'timbre_event_type w own.a',
    'timbre_event_type w own.b',
    'timbre_event_type w own.a',
  ]
  await until(
    async () => heard,
    ({ length }) => length >= told.length,
  )
  expect(heard).toEqual(told)
  const { rows } = await client.query('SELECT id, revoked_at FROM api_keys')
  expect(rows).toEqual([{ id: 'k', revoked_at: '5' }])
})
