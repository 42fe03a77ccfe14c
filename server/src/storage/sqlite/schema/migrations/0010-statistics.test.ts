// Owns the test of the tenth version of the tables: from the version before, with rows in them.
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'

test('what webhooks have counted goes to the narrow table, and statistics begin empty', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, MIGRATIONS.slice(0, 9))
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, last_delivery_at,
      created_at, updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES ('w', 'h1', 1, 'none', 3, 7, 2, 99, 1, 1, 'u', '', '', ''), ('w', 'h2', 1, 'none', 1, 0, 0, NULL, 1, 1, 'u', '', '', '')`)
  migrate(db, 2, MIGRATIONS.slice(0, 10))
  expect(versionOf(db)).toBe(10)
  const rows = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }))
  expect(rows('SELECT webhook_id, success_count, failure_count, last_delivery_at FROM webhook_counters')).toEqual([
    { webhook_id: 'h1', success_count: 7, failure_count: 2, last_delivery_at: 99 },
    { webhook_id: 'h2', success_count: 0, failure_count: 0, last_delivery_at: null },
  ])
  expect(rows('SELECT version, success_count, failure_count, last_delivery_at FROM webhooks')).toEqual([
    { version: 3, success_count: 0, failure_count: 0, last_delivery_at: null },
    { version: 1, success_count: 0, failure_count: 0, last_delivery_at: null },
  ])
  expect(rows('SELECT * FROM statistics_buckets')).toEqual([])
})
