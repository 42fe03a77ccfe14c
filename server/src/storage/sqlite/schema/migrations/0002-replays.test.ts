import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { migrate, versionOf } from '../migrations.ts'
import { initial } from './0001-initial.ts'
import { replays } from './0002-replays.ts'

/** Events 1 to 4: published, a test, a test that was retried manually and so lost its trigger, and one nobody wanted. */
function fillVersion1(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO workspaces VALUES ('w', 'Acme', 1);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)
    INSERT INTO events (workspace_id, id, type, created_at, accepted_at, delivery_count, body)
    SELECT 'w', 'evt_' || i, 'call.completed', 1, 1, 1, '{}' FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)
    INSERT INTO deliveries (workspace_id, id, webhook_id, event_id, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, awaits_turn)
    SELECT 'w', 'd' || i, 'h', 'evt_' || i, 'call.completed', 'failed', CASE i WHEN 2 THEN 'test' ELSE 'manual' END,
      2, 0, 1, 1, 0 FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)
    INSERT INTO attempts (workspace_id, delivery_id, number, "trigger", started_at, duration_ms, outcome, timings,
      request_headers)
    SELECT 'w', 'd' || i, 1, CASE i WHEN 1 THEN 'automatic' ELSE 'test' END, 1, 1, 'answered', '{}', '{}' FROM n`)
}

const testEvents = (db: DatabaseSync) =>
  db
    .prepare('SELECT event_seq AS seq FROM test_events ORDER BY 1')
    .all()
    .map(({ seq }) => seq)

test('a file of version 1 keeps its rows, and its test sends are known as such', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, [initial])
  fillVersion1(db)
  const rows = () => ['events', 'deliveries', 'attempts'].map((table) => db.prepare(`SELECT * FROM ${table}`).all())
  const before = rows()
  migrate(db, 2, [initial, replays])
  expect(versionOf(db)).toBe(2)
  expect(rows()).toEqual(before)
  expect(testEvents(db)).toEqual([2, 3])
  expect(db.prepare('SELECT count(*) AS count FROM replays').get()?.['count']).toBe(0)
})

test('the mark of a test send goes with its event', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1, [initial])
  fillVersion1(db)
  migrate(db, 2, [initial, replays])
  db.exec(`DELETE FROM events WHERE id IN ('evt_1', 'evt_2')`)
  expect(testEvents(db)).toEqual([3])
})
