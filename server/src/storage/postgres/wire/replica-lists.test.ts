// Owns the tests of reading lists from a replica: what is read there, and what happens when it fails.
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeDatabase, runSql, type TestDatabase } from '../../../../../test/support/postgres/database.ts'
import { until } from '../../../../../test/support/until.ts'
import { systemClock } from '../../../platform/clock.ts'
import { Fixture } from '../../conformance/fixture.ts'
import type { PostgresStorage } from '../postgres-storage.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'

const PAGE = { limit: 10, before: null }

/** Who reads events is told the error whose code is in `fault`. */
const FAILING = `
  CREATE TABLE fault (code text); INSERT INTO fault VALUES ('');
  CREATE FUNCTION fail() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = (SELECT code FROM fault), MESSAGE = 'as it was asked for';
  END $$;
  ALTER TABLE events RENAME TO kept;
  CREATE VIEW events AS SELECT * FROM kept WHERE (SELECT fail())`

let primary: SharedDatabase
/** A database with the same tables, which stays empty: what is read from it, one can see. */
let replica: TestDatabase
let fixture: Fixture
let node: PostgresStorage
let faults: unknown[]
let passedMs: number
beforeEach(async () => {
  primary = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  replica = await makeDatabase(inject('postgresUrl'), inject('postgresTemplate'))
  faults = []
  passedMs = 0
  fixture = await Fixture.make(() => primary.storage())
  node = await primary.node({
    readUrl: replica.url,
    clock: { ...systemClock, monotonic: () => performance.now() + passedMs },
    onReplicaFault: (error) => faults.push(error),
  })
  await node.start()
})
afterEach(async () => {
  await node.stop()
  await replica.drop()
  await primary.drop()
})

/** One delivery that was tried; and how many rows each list of the history gives. */
async function addHistory() {
  const webhook = await fixture.addWebhook()
  const { leased } = await fixture.accept(fixture.events(1))
  await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
  const [delivery] = leased
  if (delivery === undefined) throw new Error('There is a delivery for the event.')
  return { webhook, delivery }
}

async function listed(deliveryId: string): Promise<number[]> {
  const { workspaceId } = fixture
  const lists = await Promise.all([
    node.listEvents(workspaceId, {}, PAGE),
    node.listDeliveries(workspaceId, {}, PAGE),
    node.listAttempts(workspaceId, deliveryId, PAGE),
    node.listAuditEntries(workspaceId, PAGE),
  ])
  return lists.map(({ rows }) => Math.min(rows.length, 1))
}

test('the lists of the history are read from the replica', async () => {
  const { delivery } = await addHistory()
  expect(await listed(delivery.id)).toEqual([0, 0, 0, 0])
  expect(faults).toEqual([])
})

test('a list can change nothing there', async () => {
  const { delivery } = await addHistory()
  // Whoever reads this table takes a number of a sequence, which is a write.
  await runSql(
    replica.url,
    `INSERT INTO events (workspace_id, day, seq, id, type, created_at, accepted_at, delivery_count, body)
      VALUES ('${fixture.workspaceId}', 1, 1, 'e', 't', 1, 1, 0, '');
    ALTER TABLE events RENAME TO kept;
    CREATE VIEW events AS SELECT *, nextval('events_seq') FROM kept`,
  )
  expect((await listed(delivery.id))[0]).toBe(1)
  expect(faults).toMatchObject([{ message: 'cannot execute nextval() in a read-only transaction' }])
})

test('what is looked up by its id, the deliveries of one event and all configuration are read from the primary', async () => {
  const { webhook, delivery } = await addHistory()
  const { workspaceId } = fixture
  const { eventId } = delivery
  expect(await node.findEvent(workspaceId, eventId)).toBeDefined()
  expect(await node.findDelivery(workspaceId, webhook.id, delivery.id)).toBeDefined()
  expect((await node.listDeliveries(workspaceId, { eventId }, PAGE)).rows.length).toBe(1)
  expect((await node.listWebhooks(workspaceId, { page: 1, limit: 10 })).rows.length).toBe(1)
})

test('a replica that is gone is told once, its lists come from the primary, and after 30 s it is tried again', async () => {
  const { delivery } = await addHistory()
  await replica.drop()
  expect(await listed(delivery.id)).toEqual([1, 1, 1, 1])
  expect(await listed(delivery.id)).toEqual([1, 1, 1, 1])
  expect(faults.length).toBe(1)
  await runSql(inject('postgresUrl'), `CREATE DATABASE ${replica.name} TEMPLATE ${inject('postgresTemplate')}`)
  expect(await listed(delivery.id)).toEqual([1, 1, 1, 1])
  passedMs = 30_001
  expect(await listed(delivery.id)).toEqual([0, 0, 0, 0])
})

test('a question that was in the way of the replication goes to the primary, and the next one to the replica again', async () => {
  await addHistory()
  await runSql(replica.url, FAILING)
  for (const code of ['40001', '40P01']) {
    await runSql(replica.url, `UPDATE fault SET code = '${code}'`)
    expect((await node.listEvents(fixture.workspaceId, {}, PAGE)).rows.length).toBe(1)
    expect(faults).toEqual([])
  }
  await runSql(replica.url, 'DROP VIEW events; ALTER TABLE kept RENAME TO events')
  expect((await node.listEvents(fixture.workspaceId, {}, PAGE)).rows.length).toBe(0)
})

test('a replica that is being stopped or is not up yet is left alone like one that is gone', async () => {
  await addHistory()
  await runSql(replica.url, FAILING)
  for (const code of ['57P01', '57P02', '57P03']) {
    await runSql(replica.url, `UPDATE fault SET code = '${code}'`)
    expect((await node.listEvents(fixture.workspaceId, {}, PAGE)).rows.length).toBe(1)
    expect(faults.splice(0)).toMatchObject([{ code }])
    passedMs += 30_001
  }
})

test('a replica that is not there stops no start', async () => {
  const other = await primary.node({ readUrl: 'postgres://timbre@127.0.0.1:1/timbre' })
  await other.start()
  await addHistory()
  expect((await other.listEvents(fixture.workspaceId, {}, PAGE)).rows.length).toBe(1)
  await other.stop()
})

test('a list that takes too long there is not begun again on the primary', async () => {
  const blocker = new pg.Client(replica.url)
  await blocker.connect()
  await blocker.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE')
  const listing = node.listEvents(fixture.workspaceId, {}, PAGE).catch((error) => error)
  // As the limit of 30 s for a statement would.
  const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
    WHERE datname = '${replica.name}' AND application_name LIKE 'timbre %' AND wait_event_type = 'Lock'`
  await until(
    async () => (await primary.client.query(cancel)).rowCount,
    (count) => count === 1,
  )
  expect(await listing).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  expect(faults).toEqual([])
  await blocker.end()
})
