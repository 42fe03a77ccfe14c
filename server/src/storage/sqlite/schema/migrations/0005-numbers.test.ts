import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { systemClock } from '../../../../platform/clock.ts'
import { SystemRandom } from '../../../../platform/random.ts'
import { openDatabase } from '../../connection/open-database.ts'
import { EraseCall } from '../../remove/erase-call.ts'
import { truncateLog } from '../../remove/truncate-log.ts'
import { SqliteStorage } from '../../sqlite-storage.ts'
import { migrate, versionOf } from '../migrations.ts'
import { initial } from './0001-initial.ts'
import { replays } from './0002-replays.ts'
import { retention } from './0003-retention.ts'
import { growth } from './0004-growth.ts'
import { numbers } from './0005-numbers.ts'

const BEFORE = [initial, replays, retention, growth]
const TABLES = ['events', 'deliveries', 'attempts'] as const

/**
 * Two workspaces with an event of the same id. Deliveries in every state, of a subscription that is there, of one that was
 * deleted, and without one; a retry in a call; a test send; numbers with gaps; and the newest rows emptied by a removal.
 */
function fillVersion4(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO workspaces (id, name, created_at) VALUES ('w1', 'Acme', 1), ('w2', 'Other', 1);
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
      updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES ('w1', 'h1', 1, 'call', 1, 0, 0, 1, 1, 'u', '', '', ''), ('w2', 'h2', 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', '');
    INSERT INTO subscriptions VALUES ('w1', 's1', 'h1', 'call.completed', 1, 1, 1);
    INSERT INTO events VALUES
      ('w1', 3, 'evt_1', 'call.completed', NULL, 'call-1', 5, 5, 4, '{"a":1}'),
      ('w2', 4, 'evt_1', 'call.completed', 'agent', NULL, 9000000, 6, 1, '{"b":2}'),
      ('w1', 9, 'evt_2', 'call.completed', NULL, 'call-1', 7, 7, 1, '{"c":3}'),
      ('', 12, '', '', NULL, NULL, 0, 0, 0, '');
    INSERT INTO test_events VALUES ('w1', 9);
    INSERT INTO deliveries VALUES
      ('w1', 2, 'd2', 'h1', 's1', 'evt_1', 'call.completed', 'success', 'automatic', 2, 2, 5, 8, NULL, NULL, NULL, 'call-1',
        0, 9, 8, 200, NULL),
      ('w1', 3, 'd3', 'h1', 's-deleted', 'evt_1', 'call.completed', 'failed', 'manual', 1, 1, 5, 8, NULL, NULL, NULL, NULL,
        0, NULL, NULL, 500, 'The receiver answered 500.'),
      ('w1', 5, 'd5', 'h1', 's1', 'evt_1', 'call.completed', 'queued', 'automatic', 1, 1, 5, 8, 70, NULL, NULL, 'call-1',
        1, NULL, NULL, NULL, 'timeout'),
      ('w1', 6, 'd6', 'h1', NULL, 'evt_1', 'call.completed', 'sending', 'test', 0, 0, 5, 8, NULL, 'token', 99, NULL,
        0, NULL, NULL, NULL, NULL),
      ('w2', 7, 'd7', 'h2', 's2', 'evt_1', 'call.completed', 'queued', 'replay', 0, 1, 6, 6, NULL, NULL, NULL, 'c',
        1, NULL, NULL, NULL, NULL),
      ('w1', 8, 'd8', 'h1', 's1', 'evt_2', 'call.completed', 'success', 'test', 1, 1, 7, 7, NULL, NULL, NULL, NULL,
        0, NULL, 7, 200, NULL),
      ('', 11, '', '', NULL, '', '', 'success', 'automatic', 0, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL);
    INSERT INTO attempts VALUES
      ('w1', 'd2', 1, 'automatic', 5, 1.5, 'answered', 500, '127.0.0.1', 'The receiver answered 500.', '{}', '{}', '{}', 'no'),
      ('w1', 'd3', 1, 'automatic', 5, 2, 'answered', 500, '127.0.0.1', 'The receiver answered 500.', '{}', '{}', '{}', NULL),
      ('w1', 'd5', 1, 'automatic', 5, 3, 'timeout', NULL, NULL, 'timeout', '{}', '{}', NULL, NULL),
      ('w1', 'd2', 2, 'automatic', 8, 4, 'answered', 200, '127.0.0.1', NULL, '{}', '{}', '{}', 'ok'),
      ('w1', 'd8', 1, 'test', 7, 5, 'answered', 200, '127.0.0.1', NULL, '{}', '{}', '{}', 'ok')`)
}

const ORDER = { events: 'seq', deliveries: 'seq', attempts: 'delivery_id, number' } as const

/** What was removed leaves its number and nothing else. */
function rowsOf(db: DatabaseSync, table: (typeof TABLES)[number]) {
  const rows = db.prepare(`SELECT * FROM ${table} WHERE workspace_id <> '' ORDER BY ${ORDER[table]}`).all()
  return rows.map(({ event_seq: _, ...row }) => row)
}

const columnsOf = (db: DatabaseSync, table: string) =>
  db
    .prepare(`SELECT name, type FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name, type }) => `${name} ${type}`)

function migrated(): { readonly before: DatabaseSync; readonly after: DatabaseSync } {
  const [before, after] = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')]
  for (const db of [before, after]) {
    migrate(db, 1, BEFORE)
    fillVersion4(db)
  }
  migrate(after, 2, [...BEFORE, numbers])
  return { before, after }
}

test('a file of version 4 shows the same rows, with the same columns, under the same names', () => {
  const { before, after } = migrated()
  expect(versionOf(after)).toBe(5)
  for (const table of TABLES) {
    expect(columnsOf(after, table).filter((column) => column !== 'event_seq INTEGER')).toEqual(columnsOf(before, table))
    expect(rowsOf(after, table)).toEqual(rowsOf(before, table))
    expect(rowsOf(after, table).length).toBeGreaterThan(2)
  }
  expect(after.prepare('SELECT event_seq AS seq FROM test_events').all()).toEqual(
    before.prepare('SELECT event_seq AS seq FROM test_events').all(),
  )
  expect(after.prepare('PRAGMA integrity_check').get()?.['integrity_check']).toBe('ok')
})

test('no sequence number that was given is given again, and each delivery belongs to the event of its own workspace', () => {
  const { after } = migrated()
  const newest = (table: string) => after.prepare(`SELECT max(seq) AS seq FROM ${table}`).get()?.['seq']
  expect([newest('event_rows'), newest('delivery_rows')]).toEqual([12, 11])
  const events = after.prepare('SELECT id, event_seq AS event FROM delivery_rows ORDER BY seq').all()
  expect(events.map(({ id, event }) => `${id} ${event}`)).toEqual([
    'd2 3',
    'd3 3',
    'd5 3',
    'd6 3',
    'd7 4',
    'd8 9',
    ' 0',
  ])
  expect(after.prepare(`SELECT count(*) AS count FROM event_rows WHERE workspace = 0`).get()?.['count']).toBe(1)
})

test('what is made later has a number, an id has it for ever, and the mark of a test send goes with its event', () => {
  const { after } = migrated()
  const numberOf = (id: string) => after.prepare('SELECT number FROM ids WHERE id = ?').get(id)?.['number']
  const before = numberOf('s1')
  after.exec(`
    DELETE FROM subscriptions WHERE id = 's1';
    INSERT INTO workspaces (id, name, created_at) VALUES ('w3', 'New', 1);
    INSERT INTO webhooks SELECT 'w3', 'h3', agent_id, is_active, ordering, version, success_count, failure_count,
      last_delivery_at, failing_since, warned_percent, disabled_reason, rate_limit_per_second, retry_schedule, created_at,
      updated_at, deleted_at, url, description, secret_preview, sealed_secret, sealed_previous_secret,
      previous_secret_expires_at, sealed_headers FROM webhooks WHERE id = 'h1';
    INSERT INTO subscriptions VALUES ('w3', 's3', 'h3', 'call.completed', 1, 1, 1);
    DELETE FROM event_rows WHERE seq = 9`)
  expect(numberOf('s1')).toBe(before)
  expect(new Set(['w1', 'w3', 'h3', 's3', 's-deleted'].map(numberOf)).size).toBe(5)
  expect(numberOf('')).toBeUndefined()
  expect(after.prepare('SELECT count(*) AS count FROM test_events').get()?.['count']).toBe(0)
})

test('the planner is told of every index of a large table, and takes the one of a webhook between two sequence numbers', () => {
  const { after } = migrated()
  const untold = after.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index'
    AND tbl_name IN ('ids', 'event_rows', 'delivery_rows', 'attempt_rows') AND name NOT IN (SELECT idx FROM sqlite_stat1)`)
  expect(untold.all()).toEqual([])
  const plan = after.prepare(`EXPLAIN QUERY PLAN SELECT id FROM deliveries
    WHERE workspace_id = 'w1' AND webhook_id = 'h1' AND seq < 9 AND seq > 1 ORDER BY seq DESC LIMIT 2`)
  const details = plan.all().map(({ detail }) => String(detail))
  expect(details.join()).toContain('delivery_rows_of_webhook')
})

test('what is erased after the migration is not in the pages of the old tables either', () => {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-numbers-'))
  const hasMarker = () =>
    readdirSync(directory).some((file) => readFileSync(join(directory, file)).includes('marker-7f3a'))
  const db = openDatabase(join(directory, 'timbre.db'))
  migrate(db, 1, BEFORE)
  fillVersion4(db)
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO events (workspace_id, id, type, call_id, created_at, accepted_at, delivery_count, body)
    SELECT 'w1', 'evt_marker-7f3a-' || i, 't', 'call-7', 1, 1, 1, printf('marker-7f3a%.*c', i % 50 * 90, 'x') FROM n;
    INSERT INTO deliveries (workspace_id, id, webhook_id, event_id, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, order_key, awaits_turn)
    SELECT 'w1', 'marker-7f3a-' || seq, 'h1', id, 't', 'queued', 'automatic', 1, 1, 1, 1, 'call-7', 0 FROM events
    WHERE call_id = 'call-7';
    INSERT INTO attempts (workspace_id, delivery_id, number, "trigger", started_at, duration_ms, outcome, timings,
      request_headers, response_body)
    SELECT 'w1', id, 1, 'automatic', 1, 1, 'answered', '{}', '{}', printf('marker-7f3a%.*c', seq % 50 * 90, 'x') FROM deliveries
    WHERE order_key = 'call-7'`)
  migrate(db, 2, [...BEFORE, numbers])
  expect(hasMarker()).toBe(true)
  // The erasure is that of the newest tables.
  migrate(db, 3)
  const erase = new EraseCall(db, systemClock)
  while (!erase.run({ workspaceId: 'w1', callId: 'call-7', now: 1, rowsMax: 1000 }).isDone);
  expect(truncateLog(db)).toBe(true)
  expect(hasMarker()).toBe(false)
  db.close()
  rmSync(directory, { recursive: true })
})

test('the calls of events that were there before are found', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'timbre-calls-'))
  const file = join(directory, 'timbre.db')
  try {
    const db = new DatabaseSync(file)
    migrate(db, 1, BEFORE)
    fillVersion4(db)
    db.close()
    const storage = new SqliteStorage({ file, random: new SystemRandom(), clock: systemClock })
    await storage.start()
    const { rows, next } = await storage.listCalls('w1', {}, { limit: 9, before: null })
    const expected = { callId: 'call-1', eventCount: 2, eventCountIsExact: true, seq: 3 }
    expect([rows.length, next]).toEqual([1, null])
    expect(rows[0]).toMatchObject({ ...expected, events: [{ body: '{"a":1}' }, { body: '{"c":3}' }] })
    expect((await storage.listCalls('w2', {}, { limit: 9, before: null })).rows).toEqual([])
    await storage.stop()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
