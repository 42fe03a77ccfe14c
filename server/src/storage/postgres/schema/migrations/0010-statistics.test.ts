// Owns the test of the tenth version of the tables: from the version before with rows in them, beside a node of that version.

import { PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../../../../test/support/postgres/database.ts'
import { records } from '../../../queries/records.ts'
import { openPool } from '../../wire/open-pool.ts'
import { MIGRATIONS, migrate } from '../migrations.ts'

let database: TestDatabase
let client: pg.Client
let pool: pg.Pool
beforeEach(async () => {
  database = await makeDatabase(inject('postgresUrl'))
  client = new pg.Client(database.url)
  await client.connect()
  pool = openPool({ url: database.url, name: 'counters' }, 1)
})
afterEach(async () => {
  await Promise.all([client.end(), pool.end()])
  await database.drop()
})

test('what a webhook has counted stays, and what a node of the version before counts is added to what this one counts', async () => {
  await migrate(client, 1, MIGRATIONS.slice(0, 9))
  await client.query(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, last_delivery_at,
      created_at, updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES ('w', 'h', 1, 'none', 1, 7, 2, 99, 1, 1, 'u', '', '', '')`)
  await migrate(client, 2, MIGRATIONS.slice(0, 10))
  const { findWebhook } = records(new PostgresDialect({ pool }))
  expect(await findWebhook('w', 'h')).toMatchObject({ successCount: 7, failureCount: 2, lastDeliveryAt: 99 })
  await client.query(`INSERT INTO webhook_counters VALUES ('w', 'h', 3, -1, 120);
    UPDATE webhooks SET success_count = success_count + 1, last_delivery_at = 150 WHERE id = 'h'`)
  expect(await findWebhook('w', 'h')).toMatchObject({ successCount: 11, failureCount: 1, lastDeliveryAt: 150 })
})
