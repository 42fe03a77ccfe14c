import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'
import { pull } from './0011-pull.ts'

const BEFORE = MIGRATIONS.slice(0, pull.version - 1)

/** Webhook `old` is of the version before, `pushed` and `pulled` of this one. */
function migrated(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  db.exec(`INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1)`)
  addWebhook(db, 'old')
  addDelivery(db, 'd-old', 'old')
  migrate(db, 2, [...BEFORE, pull])
  addWebhook(db, 'pushed', 'push')
  addWebhook(db, 'pulled', 'pull')
  addDelivery(db, 'd-pushed', 'pushed')
  addDelivery(db, 'd-pulled', 'pulled')
  return db
}

function addWebhook(db: DatabaseSync, id: string, kind?: string): void {
  const [column, value] = kind === undefined ? ['', ''] : [', kind', `, '${kind}'`]
  db.exec(`INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
    updated_at, url, secret_preview, sealed_secret, sealed_headers${column})
    VALUES ('w', '${id}', 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', ''${value})`)
}

function addDelivery(db: DatabaseSync, id: string, webhook: string): void {
  db.exec(`INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
    scheduled_attempts, created_at, updated_at, awaits_turn)
    VALUES (1, '${id}', (SELECT number FROM ids WHERE id = '${webhook}'), 1, 'k', 'sending', 'automatic', 1, 1, 1, 1, 0)`)
}

const dueOf = (db: DatabaseSync) =>
  db
    .prepare('SELECT h.id, b.due_at FROM due_webhooks b JOIN ids h ON h.number = b.webhook ORDER BY h.id')
    .all()
    .map((row) => `${row['id']} ${row['due_at']}`)

test('a webhook of the version before is a push', () => {
  const db = migrated()
  expect(versionOf(db)).toBe(11)
  const kinds = db.prepare('SELECT id, kind FROM webhooks ORDER BY id').all()
  expect(kinds.map(({ id, kind }) => `${id} ${kind}`)).toEqual(['old push', 'pulled pull', 'pushed push'])
})

test('what is queued again is known to the claimer, but for what consumers fetch', () => {
  const db = migrated()
  db.exec(`UPDATE delivery_rows SET status = 'queued', next_attempt_at = 70`)
  expect(dueOf(db)).toEqual(['old 70', 'pushed 70'])
})

test('the same when a webhook is enabled again', () => {
  const db = migrated()
  db.exec('UPDATE webhooks SET is_active = 0')
  db.exec(`UPDATE delivery_rows SET status = 'queued', next_attempt_at = 70; DELETE FROM due_webhooks`)
  db.exec('UPDATE webhooks SET is_active = 1')
  expect(dueOf(db)).toEqual(['old 70', 'pushed 70'])
})

test('the number of a pull webhook is forgotten with it', () => {
  const db = migrated()
  const count = () => db.prepare('SELECT count(*) AS count FROM pull_webhooks').get()?.['count']
  expect(count()).toBe(1)
  db.exec(`DELETE FROM webhooks WHERE id = 'old'`)
  expect(count()).toBe(1)
  db.exec(`DELETE FROM webhooks WHERE id = 'pulled'`)
  expect(count()).toBe(0)
})
