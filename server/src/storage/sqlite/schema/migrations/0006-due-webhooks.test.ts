import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrate, versionOf } from '../migrations.ts'
import { initial } from './0001-initial.ts'
import { replays } from './0002-replays.ts'
import { retention } from './0003-retention.ts'
import { growth } from './0004-growth.ts'
import { numbers } from './0005-numbers.ts'
import { dueWebhooks } from './0006-due-webhooks.ts'

const BEFORE = [initial, replays, retention, growth, numbers]

/** Webhook h1 has two retries, h2 one that awaits its turn, h3 one, and is off; h4 has had its success. */
function fillVersion5(db: DatabaseSync): void {
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  const webhook = db.prepare(`INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count,
    failure_count, created_at, updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES ('w', ?, ?, 'none', 1, 0, 0, 1, 1, 'u', '', '', '')`)
  for (const id of ['h1', 'h2', 'h3', 'h4']) webhook.run(id, id === 'h3' ? 0 : 1)
  const delivery =
    db.prepare(`INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger",
    attempts, scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    VALUES (1, ?, (SELECT number FROM ids WHERE id = ?), 1, 'k', ?, 'automatic', 1, 1, 1, 1, ?, ?)`)
  delivery.run('d1', 'h1', 'queued', 200, 0)
  delivery.run('d2', 'h1', 'queued', 100, 0)
  delivery.run('d3', 'h2', 'queued', null, 1)
  delivery.run('d4', 'h3', 'queued', 50, 0)
  delivery.run('d5', 'h4', 'success', null, 0)
}

const dueOf = (db: DatabaseSync) =>
  db
    .prepare('SELECT h.id, b.due_at FROM due_webhooks b JOIN ids h ON h.number = b.webhook ORDER BY h.id')
    .all()
    .map((row) => `${row['id']} ${row['due_at']}`)

function migrated(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  fillVersion5(db)
  migrate(db, 2, [...BEFORE, dueWebhooks])
  return db
}

test('a file of version 5 knows when the first delivery of each webhook is due', () => {
  const db = migrated()
  expect(versionOf(db)).toBe(6)
  expect(dueOf(db)).toEqual(['h1 100', 'h3 50'])
})

test('what is queued again is known, and only what comes earlier changes anything', () => {
  const db = migrated()
  const queue = db.prepare(`UPDATE delivery_rows SET status = 'queued', next_attempt_at = ? WHERE id = ?`)
  queue.run(70, 'd5')
  queue.run(90, 'd1')
  queue.run(300, 'd4')
  expect(dueOf(db)).toEqual(['h1 90', 'h3 50', 'h4 70'])
})

test('a webhook that is enabled again is known with its first delivery, and one without has none', () => {
  const db = migrated()
  db.exec(`DELETE FROM due_webhooks; UPDATE webhooks SET is_active = 0`)
  db.exec(`UPDATE webhooks SET is_active = 1`)
  expect(dueOf(db)).toEqual(['h1 100', 'h3 50'])
})
