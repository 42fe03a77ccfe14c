import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { MIGRATIONS, migrate, versionOf } from '../migrations.ts'
import { leftIds } from './0009-left-ids.ts'

const BEFORE = MIGRATIONS.filter(({ version }) => version < leftIds.version)

test('a subscription from before leaves its number, with the last delivery that may have it', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, BEFORE)
  db.exec(`
    INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
      url, secret_preview, sealed_secret, sealed_headers) VALUES ('w', 'h', 1, 'none', 1, 0, 0, 1, 1, 'https://a.example/', '', '', '');
    INSERT INTO subscriptions (workspace_id, id, webhook_id, event_key, is_active, created_at, updated_at)
      VALUES ('w', 's1', 'h', 'call.completed', 1, 1, 1), ('w', 's2', 'h', 'call.error', 1, 1, 1);
    INSERT INTO delivery_rows (workspace, seq, id, webhook, subscription, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, awaits_turn)
      SELECT w.number, 41, 'd', h.number, s.number, 1, 'call.completed', 'success', 'automatic', 1, 1, 1, 1, 0
      FROM ids w, ids h, ids s WHERE w.id = 'w' AND h.id = 'h' AND s.id = 's1'`)
  migrate(db, 2, [...BEFORE, leftIds])
  expect(versionOf(db)).toBe(leftIds.version)
  db.exec(`DELETE FROM subscriptions WHERE id = 's1'`)
  const number = db.prepare(`SELECT number FROM ids WHERE id = 's1'`).get()?.['number']
  expect(db.prepare('SELECT * FROM ids_left').all()).toEqual([
    { number, workspace_id: 'w', webhook_id: 'h', last_delivery: 41 },
  ])
  expect(db.prepare(`SELECT subscription_id AS id FROM deliveries`).get()).toEqual({ id: 's1' })
})
