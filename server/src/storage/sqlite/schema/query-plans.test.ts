// Owns the tests that every list goes by the index that was made for it, and that a claim with 200,000 rows due on one
// webhook costs no more than with ten. That no statement scans at all is in `statement-plans.test.ts`.
import { DatabaseSync } from 'node:sqlite'
import { CamelCasePlugin, Kysely } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import { callRecords } from '../../queries/calls.ts'
import { deliveryRecords } from '../../queries/deliveries.ts'
import { eventRecords } from '../../queries/events.ts'
import { PLAIN_KEYS } from '../../queries/row-keys.ts'
import type { Tables } from '../../queries/tables.ts'
import type { DeliveryFilter, EventFilter } from '../../storage.ts'
import { ClaimDue } from '../claim/claim-due.ts'
import { DueWebhooks } from '../claim/due-webhooks.ts'
import { NextDueAt } from '../claim/next-due-at.ts'
import { sqliteDialect } from '../connection/kysely-dialect.ts'
import { numberOf } from './id-numbers.ts'
import { migrate } from './migrations.ts'

const DUE = 200_000
const WEBHOOKS = 50
const W = 'workspace-1'
const HOUR_MS = 3_600_000

/** One webhook with 200,000 due rows, 49 with four. */
function fill(db: DatabaseSync): void {
  db.exec(`
    INSERT INTO workspaces (id, name, created_at) VALUES ('${W}', 'Acme', 1);
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${WEBHOOKS - 1})
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
      url, secret_preview, sealed_secret, sealed_headers)
    SELECT '${W}', printf('webhook-%03d', i), 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', '' FROM n;
    INSERT INTO event_rows (workspace, id, type, created_at, accepted_at, delivery_count, body)
    VALUES (${numberOf(`'${W}'`)}, 'evt_1', 'call.completed', 1, 1, 1, '{}');
    WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${DUE + (WEBHOOKS - 1) * 4 - 1})
    INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT ${numberOf(`'${W}'`)}, printf('delivery-%09d', i),
      ${numberOf(`printf('webhook-%03d', CASE WHEN i < ${DUE} THEN 7 ELSE (i % ${WEBHOOKS}) END)`)},
      1, 'call.completed', 'queued', 'automatic', 0, 0, 1, 1, 1000 + i, 0 FROM n;`)
  new DueWebhooks(db).noteAll()
}

const offerOf = (limit: number, capacity: number) => ({
  token: 't',
  until: 9e12,
  limit,
  capacityDefault: capacity,
  capacity: [],
  workspaceDefault: limit,
  common: limit,
  workspaces: [],
  reserve: 0,
  firstWaitMs: 0,
})

/** The fastest of nine: another process makes some of them slow, and none fast. */
function timeOf(work: () => void): number {
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

describe('with 200,000 deliveries due on one webhook', () => {
  let db: DatabaseSync
  beforeAll(() => {
    db = new DatabaseSync(':memory:')
    migrate(db, 1)
    fill(db)
  })

  test('a claim is as quick as with ten due, and serves the other webhooks first', () => {
    const small = new DatabaseSync(':memory:')
    migrate(small, 1)
    fill(small)
    small.exec(`DELETE FROM delivery_rows WHERE webhook = ${numberOf("'webhook-007'")} AND next_attempt_at > 2000`)
    const claimTime = (of: DatabaseSync) => {
      const claim = new ClaimDue(of)
      // Capacity for one delivery of each: the work of finding them, not of leasing them.
      return timeOf(() => expect(claim.run(offerOf(WEBHOOKS, 1), 9e12).length).toBeGreaterThan(0))
    }
    const ratio = claimTime(db) / claimTime(small)
    // Reading all that are due would cost thousands of times as much.
    expect(ratio).toBeLessThan(50)
    small.close()
  })

  test('a claim deals 500 out fairly', () => {
    const claimed = new ClaimDue(db).run(offerOf(500, 400), 9e12)
    expect(claimed.filter(({ webhookId }) => webhookId === 'webhook-007').length).toBe(400)
  })

  test('the next due time is found without reading them', () => {
    const nextDueAt = new NextDueAt(db)
    const count = db.prepare('SELECT count(*) FROM delivery_rows NOT INDEXED')
    const found = timeOf(() => expect(nextDueAt.run()).toBeGreaterThan(0))
    expect(timeOf(() => count.get()) / found).toBeGreaterThan(5)
  })
})

/** Each webhook with one retry that is due in an hour. */
function fillWithRetries(db: DatabaseSync, webhooks: number): void {
  db.exec(`
    INSERT INTO workspaces (id, name, created_at) VALUES ('${W}', 'Acme', 1);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${webhooks})
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
      url, secret_preview, sealed_secret, sealed_headers)
    SELECT '${W}', printf('webhook-%06d', i), 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', '' FROM n;
    INSERT INTO event_rows (workspace, id, type, created_at, accepted_at, delivery_count, body)
    VALUES (${numberOf(`'${W}'`)}, 'evt_1', 'call.completed', 1, 1, 1, '{}');
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${webhooks})
    INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT ${numberOf(`'${W}'`)}, printf('delivery-%09d', i), ${numberOf(`printf('webhook-%06d', i)`)},
      1, 'call.completed', 'queued', 'automatic', 3, 3, 1, 1, ${HOUR_MS} + i, 0 FROM n;`)
  new DueWebhooks(db).noteAll()
}

describe('with a retry waiting on each of 20,000 webhooks', () => {
  let many: DatabaseSync
  let few: DatabaseSync
  beforeAll(() => {
    ;[many, few] = [20_000, 10].map((webhooks) => {
      const db = new DatabaseSync(':memory:')
      migrate(db, 1)
      fillWithRetries(db, webhooks)
      return db
    }) as [DatabaseSync, DatabaseSync] // of two numbers two files
  })
  const ratioOf = (work: (db: DatabaseSync) => () => void) => timeOf(work(many)) / timeOf(work(few))

  test('a claim that finds nothing due costs what it costs with ten webhooks', () => {
    // Looking at each of them would cost a thousand times as much.
    const ratio = ratioOf((db) => {
      const claim = new ClaimDue(db)
      return () => expect(claim.run(offerOf(500, 80), HOUR_MS)).toEqual([])
    })
    expect(ratio).toBeLessThan(50)
  })

  test('so does the next due time', () => {
    const ratio = ratioOf((db) => () => expect(new NextDueAt(db).run()).toBe(HOUR_MS + 1))
    expect(ratio).toBeLessThan(50)
  })

  test('a claim reads what is due, and nothing of the others', () => {
    const claim = new ClaimDue(many)
    const claimed = claim.run(offerOf(500, 80), HOUR_MS + 3)
    expect(claimed.map(({ webhookId }) => webhookId).sort()).toEqual([1, 2, 3].map((i) => `webhook-00000${i}`))
    expect(new NextDueAt(many).run()).toBe(HOUR_MS + 4)
  })
})

describe('the plan', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  const plan = (sql: string) =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail))

  const CASES: readonly (readonly [DeliveryFilter, string])[] = [
    [{}, 'delivery_rows_of_workspace'],
    [{ webhookId: 'x' }, 'delivery_rows_of_webhook'],
    [{ eventId: 'x' }, 'delivery_rows_of_event'],
    [{ eventId: 'x', status: 'failed' }, 'delivery_rows_of_event'],
    [{ status: 'success' }, 'delivery_rows_of_workspace'],
    [{ status: 'failed' }, 'delivery_rows_unfinished'],
    [{ status: 'queued' }, 'delivery_rows_unfinished'],
    [{ status: 'sending' }, 'delivery_rows_unfinished'],
    [{ webhookId: 'x', status: 'failed' }, 'delivery_rows_left_of_webhook'],
    [{ webhookId: 'x', status: 'queued', eventKey: 'k', since: 1, until: 2 }, 'delivery_rows_left_of_webhook'],
    [{ webhookId: 'x', status: 'sending' }, 'delivery_rows_unfinished'],
    [{ webhookId: 'x', status: 'success' }, 'delivery_rows_of_webhook'],
    [{ webhookId: 'x', eventId: 'x' }, 'delivery_rows_of_event'],
    [{ eventKey: 'k' }, 'delivery_rows_of_workspace'],
    [{ webhookId: 'x', eventKey: 'k', status: 'success' }, 'delivery_rows_of_webhook'],
    [{ since: 1 }, 'delivery_rows_of_workspace'],
    [{ webhookId: 'x', since: 1, until: 2 }, 'delivery_rows_of_webhook'],
    [{ status: 'failed', since: 1, until: 2 }, 'delivery_rows_unfinished'],
    [{ status: 'failed', eventKey: 'k' }, 'delivery_rows_unfinished'],
  ]
  test.each(CASES)('of the deliveries with %j reads %s backwards', async (filter, index) => {
    const queries = await queriesOf((kysely) =>
      deliveryRecords(kysely, PLAIN_KEYS).listDeliveries(W, filter, { limit: 9, before: 99 }),
    )
    expectIndex(queries, index)
  })

  const EVENT_CASES: readonly (readonly [EventFilter, string])[] = [
    [{}, 'event_rows_of_workspace'],
    [{ callId: 'c' }, 'event_rows_of_call'],
    [{ callId: 'c', type: 't', since: 1 }, 'event_rows_of_call'],
    [{ id: 'evt_1' }, 'event_rows_id'],
    [{ id: 'evt_1', callId: 'c' }, 'event_rows_id'],
    [{ type: 't' }, 'event_rows_of_workspace'],
    [{ since: 1 }, 'event_rows_of_workspace'],
  ]
  test.each(EVENT_CASES)('of the events with %j reads %s', async (filter, index) => {
    const queries = await queriesOf((kysely) =>
      eventRecords(kysely, PLAIN_KEYS).listEvents(W, filter, { limit: 9, before: 99 }),
    )
    expectIndex(queries, index)
  })

  test('of the calls reads events backwards, and finds those of one call by its id', async () => {
    const calls = (run: (records: ReturnType<typeof callRecords>) => Promise<unknown>) =>
      queriesOf((kysely) => run(callRecords(kysely, PLAIN_KEYS)))
    expectIndex(
      await calls((records) => records.listCalls(W, { since: 1 }, { limit: 9, before: 99 })),
      'event_rows_of_workspace',
    )
    const add =
      db.prepare(`INSERT INTO event_rows (workspace, id, type, call_id, created_at, accepted_at, delivery_count, body)
      VALUES (?, ?, 't', 'c', 1, 1, 0, '{}')`)
    add.run(1, 'evt_of_a_call')
    db.exec(`INSERT INTO ids (number, id) VALUES (1, '${W}')`)
    const queries = [
      ...(await calls((records) => records.listCalls(W, {}, { limit: 9, before: null }))),
      ...(await calls((records) => records.findCall(W, 'c'))),
    ]
    // Where each begins, its events and their bodies; then one call, its events and bodies.
    expect(queries.length).toBe(7)
    for (const sql of queries) {
      const reads = plan(sql).filter((detail) => /^(SEARCH|SCAN) (e|event_rows)\b/.test(detail))
      expect(reads.length).toBeGreaterThan(0)
      for (const read of reads)
        expect(read).toMatch(
          /event_rows_of_(workspace|call) \(workspace=\?( AND call_id=\?)?|INTEGER PRIMARY KEY \(rowid=\?\)/,
        )
    }
  })

  /** What Kysely really sends, so that the plan is that of the real text. */
  async function queriesOf(run: (kysely: Kysely<Tables>) => Promise<unknown>): Promise<string[]> {
    const queries: string[] = []
    const kysely = new Kysely<Tables>({
      dialect: sqliteDialect(db),
      plugins: [new CamelCasePlugin()],
      log: ({ query }) => {
        queries.push(query.sql)
      },
    })
    await run(kysely)
    return queries
  }

  /** Goes by the key of the table, and by keys from the row that it found. */
  const OF_A_TIME =
    /^SEARCH \w+( USING INTEGER PRIMARY KEY \(rowid>\?\))?(\nSEARCH \w+ USING INTEGER PRIMARY KEY \(rowid=\?\) LEFT-JOIN)*$/

  /** Of every query but those that look for the sequence number of a time. */
  function expectIndex(queries: readonly string[], index: string): void {
    const plans = queries.map((sql) => plan(sql).join('\n'))
    const ofList = plans.filter((details) => !OF_A_TIME.test(details))
    expect(ofList.length).toBeGreaterThan(0)
    for (const details of ofList) {
      expect(details).toMatch(new RegExp(`(${index}|event_rows_with_own_time) \\(`))
      expect(details).not.toMatch(/TEMP B-TREE|SCAN \w|ANY\(/)
    }
  }
})
