// Owns the tests of several nodes over one database: whose leases are reclaimed, what nodes tell each other, and that
// none of them gets in another's way.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { until } from '../../../../../test/support/until.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { Fixture, only } from '../../conformance/fixture.ts'
import type { ConfigurationChange } from '../../storage.ts'
import type { PostgresStorage } from '../postgres-storage.ts'
import { DAY_MS, dayOf } from '../schema/day.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import type { StorageNotice } from './notices.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

/** The storage of `fixture` is one node, `other` another one. */
let fixture: Fixture
let other: PostgresStorage
let heard: StorageNotice[]
/** Ten times as fast, but for the time of day: `other` may soon decide who is dead. */
const FAST: Clock = {
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * 10,
  schedule: (callback, delayMs) => systemClock.schedule(callback, delayMs / 10),
}
beforeEach(async () => {
  fixture = await Fixture.make(() => database.storage())
  heard = []
  other = await database.node({ onNotice: (notice) => heard.push(notice), clock: FAST })
  await other.start()
})
afterEach(() => other.stop())

const setSeen = (ago: string) => database.client.query(`UPDATE nodes SET seen_at = now() - interval '${ago}'`)

/** Five beats in a row. */
async function haveSeenTheDatabase(): Promise<void> {
  await until(
    async () => heard.some(({ kind }) => kind === 'node_gone'),
    (hasSeen) => hasSeen,
  )
}

/** How many deliveries the other node reclaims of one that was not seen for long, as soon as it is steady enough to decide. */
function takenFromTheDead(): Promise<number> {
  return until(
    async () => {
      await setSeen('16 seconds')
      return other.rescueDeliveries(fixture.now, false)
    },
    (count) => count > 0,
  )
}

test('after an outage, in which nobody was seen for long, nothing is taken from anybody', async () => {
  await fixture.addWebhook()
  await fixture.accept(fixture.events(2))
  await setSeen('1 hour')
  expect(await other.rescueDeliveries(fixture.now, false)).toBe(0)
})

test('a node that starts reclaims nothing of a living one', async () => {
  await fixture.addWebhook()
  await fixture.accept(fixture.events(3))
  expect(await other.rescueDeliveries(fixture.now, true)).toBe(0)
  expect(await fixture.storage.rescueDeliveries(fixture.now, true)).toBe(3)
})

test('what a node held that was not seen for 15 seconds is reclaimed, and its results are fenced off', async () => {
  await haveSeenTheDatabase()
  await fixture.addWebhook()
  const { leased } = await fixture.accept(fixture.events(2))
  await setSeen('14 seconds')
  expect(await other.rescueDeliveries(fixture.now, false)).toBe(0)
  expect(await takenFromTheDead()).toBe(2)
  expect(await fixture.record(...leased.map((delivery) => fixture.result(delivery)))).toEqual([false, false])
})

test('a lease is forgotten when all of its deliveries are through, and not before', async () => {
  await fixture.addWebhook()
  const leases = async () => (await database.client.query('SELECT token FROM leases')).rows.length
  const { leased } = await fixture.accept(fixture.events(2))
  const [first, second] = leased.map((delivery) => fixture.result(delivery))
  if (first === undefined || second === undefined) throw new Error('Two were leased.')
  await fixture.record(first)
  await fixture.storage.rescueDeliveries(fixture.now, false)
  expect(await leases()).toBe(1)
  await fixture.record(second)
  await fixture.storage.rescueDeliveries(fixture.now, false)
  expect(await leases()).toBe(0)
})

test('a delivery that is released twice does not end the lease of another', async () => {
  await fixture.addWebhook()
  const { leased } = await fixture.accept(fixture.events(2))
  const first = leased.slice(0, 1)
  for (let count = 0; count < 2; count++) await fixture.storage.releaseDeliveries(first, fixture.now)
  await fixture.storage.rescueDeliveries(fixture.now, false)
  expect(await fixture.storage.rescueDeliveries(fixture.now, true)).toBe(1)
})

test('the leases of a node that is gone go when nothing of them is left, and its successes stay', async () => {
  await haveSeenTheDatabase()
  await fixture.addWebhook()
  const { leased } = await fixture.accept(fixture.events(2))
  await fixture.record(...leased.slice(0, 1).map((delivery) => fixture.result(delivery)))
  expect(await takenFromTheDead()).toBe(1)
  expect(await other.rescueDeliveries(fixture.now, false)).toBe(0)
  expect((await database.client.query('SELECT token FROM leases')).rows).toEqual([])
  const { rows } = await database.client.query(
    'SELECT status, count(*)::int AS count FROM deliveries GROUP BY 1 ORDER BY 1',
  )
  expect(rows).toEqual([
    { status: 'queued', count: 1 },
    { status: 'success', count: 1 },
  ])
})

test('a node whose own beat is late takes nothing from itself', async () => {
  await fixture.addWebhook()
  await fixture.accept(fixture.events(2))
  await setSeen('1 hour')
  expect(await fixture.storage.rescueDeliveries(fixture.now, false)).toBe(0)
})

test('what a node that was stopped still held is free at once', async () => {
  await fixture.addWebhook()
  const events = fixture.events(2)
  await other.acceptEvents([{ workspaceId: fixture.workspaceId, events }], fixture.offer())
  await other.stop()
  expect(await fixture.storage.rescueDeliveries(fixture.now, false)).toBe(2)
})

test('no delivery is claimed by two nodes that claim at the same moment, and none is left', async () => {
  for (let count = 0; count < 4; count++) await fixture.addWebhook()
  await fixture.accept(fixture.events(100), fixture.noCapacity())
  const claims = await Promise.all(
    Array.from({ length: 12 }, (_, nth) =>
      (nth % 2 === 0 ? other : fixture.storage).claimDue(fixture.offer({ limit: 40 }), fixture.now),
    ),
  )
  const ids = claims.flat().map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const rest = await fixture.claim()
  expect(ids.length + rest.length).toBe(400)
})

test('a call keeps its order over two nodes, and never gets stuck', async () => {
  await fixture.addWebhook({ ordering: 'call' })
  const { workspaceId } = fixture
  const events = fixture.events(60, { callId: 'call-1', acceptedAt: fixture.now - 1000 })
  let inFlight = 0
  const sent = new Set<string>()
  const deliver = async (node: typeof other | typeof fixture.storage) => {
    for (const delivery of await node.claimDue(fixture.offer({ limit: 2 }), Date.now() + 1000)) {
      inFlight++
      expect(inFlight).toBe(1)
      sent.add(delivery.eventId)
      inFlight--
      await node.recordAttempts([fixture.result(delivery)], fixture.offer())
    }
  }
  await Promise.all(
    events.flatMap((event, nth) => [
      (nth % 2 === 0 ? other : fixture.storage).acceptEvents([{ workspaceId, events: [event] }], fixture.noCapacity()),
      deliver(nth % 2 === 0 ? fixture.storage : other),
    ]),
  )
  for (let round = 0; sent.size < events.length && round < 200; round++) await deliver(other)
  expect(sent.size).toBe(events.length)
})

test('the same ids published to two nodes at once are one event each', async () => {
  await fixture.addWebhook()
  const events = fixture.events(50)
  const { workspaceId } = fixture
  const answers = await Promise.all(
    [events, events.toReversed(), events].map((each, nth) =>
      (nth === 1 ? other : fixture.storage).acceptEvents([{ workspaceId, events: each }], fixture.offer()),
    ),
  )
  expect(answers.flatMap(({ leased }) => leased).length).toBe(50)
})

test('the same Idempotency-Key sent to two nodes at once is accepted once', async () => {
  const { workspaceId } = fixture
  const idempotency = { workspaceId, credential: 'admin', key: 'k', requestHash: 'h', expiresAt: fixture.now + 60_000 }
  const requests = [0, 1, 2, 3].map(() => ({ workspaceId, events: [fixture.event()], idempotency }))
  const answers = await Promise.all(
    requests.map((request, nth) => (nth % 2 === 0 ? other : fixture.storage).acceptEvents([request], fixture.offer())),
  )
  const kinds = answers.map(({ results }) => only(results).kind).sort()
  expect(kinds).toEqual(['accepted', 'repeated', 'repeated', 'repeated'])
})

test('other nodes hear that something is due, and that a webhook was changed', async () => {
  const webhook = await fixture.addWebhook()
  await fixture.accept(fixture.events(2), fixture.noCapacity())
  await until(
    async () => heard,
    (notices) => notices.some(({ kind }) => kind === 'due'),
  )
  await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context())
  await until(
    async () => heard,
    (notices) => notices.some((notice) => notice.kind === 'webhook_changed' && notice.webhookId === webhook.id),
  )
})

test('other nodes hear that a key was revoked and that an event type was changed, and say whether they hear', async () => {
  const changes: ConfigurationChange[] = []
  other.changes.subscribe((change) => changes.push(change))
  const { workspaceId, storage } = fixture
  const key = { id: randomUUID(), workspaceId, name: 'k', scopes: [], environment: 'production', preview: '' } as const
  const dates = { createdAt: 1, lastUsedAt: null, revokedAt: null }
  await storage.createApiKey({ ...key, hash: randomUUID(), ...dates }, 9, fixture.context())
  await storage.revokeApiKey(workspaceId, key.id, fixture.context())
  await database.client.query(`INSERT INTO event_types
    (workspace_id, key, title, description, schema, example, is_deprecated, created_at, updated_at)
    VALUES ('${workspaceId}', 'own.a', '', '', '{}', '{}', 0, 1, 1)`)
  await until(
    async () => changes,
    ({ length }) => length >= 2,
  )
  expect(changes).toEqual([
    { kind: 'api_key', id: key.id },
    { kind: 'event_type', workspaceId, key: 'own.a' },
  ])
})

test('a node that listens no more says so, and forgets everything when it listens again', async () => {
  const changes: ConfigurationChange[] = []
  const node = await database.node()
  node.changes.subscribe((change) => changes.push(change))
  expect(node.changes.isCurrent()).toBe(false)
  await node.start()
  await until(
    async () => node.changes.isCurrent(),
    (isCurrent) => isCurrent,
  )
  expect(changes).toEqual([{ kind: 'any' }])
  await database.client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE 'SELECT 1%' AND datname = current_database() AND pid <> pg_backend_pid()`)
  await until(
    async () => node.changes.isCurrent(),
    (isCurrent) => !isCurrent,
  )
  await until(
    async () => node.changes.isCurrent(),
    (isCurrent) => isCurrent,
  )
  expect(changes).toEqual([{ kind: 'any' }, { kind: 'any' }])
  await node.stop()
  expect(node.changes.isCurrent()).toBe(false)
})

test('what another node holds of an erased call is known there before the erasure is answered', async () => {
  await fixture.addWebhook()
  const { workspaceId } = fixture
  const events = fixture.events(3, { callId: 'call-1' })
  const { leased } = await other.acceptEvents([{ workspaceId, events }], fixture.offer())
  await fixture.accept(fixture.events(2, { callId: 'call-1' }))
  const result = await fixture.storage.eraseCall({ workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 500 })
  const told = heard.flatMap((notice) => (notice.kind === 'leases_lost' ? (notice.ids ?? []) : []))
  expect(told.toSorted()).toEqual(leased.map(({ id }) => id).toSorted())
  expect(result).toMatchObject({ unconfirmed: 0, removed: { events: 5 } })
  expect(result.leased.length).toBe(2)
})

test('a node that does not confirm is waited for, and told of in the result', async () => {
  await fixture.addWebhook()
  const { workspaceId } = fixture
  await fixture.accept(fixture.events(3, { callId: 'call-1' }))
  // One that lives and hears nothing.
  await database.client.query(
    `INSERT INTO nodes (id, started_at, seen_at) VALUES ('deaf', now(), now() + interval '1 minute')`,
  )
  await database.client.query(`UPDATE deliveries SET lease_node = 'deaf'`)
  const result = await other.eraseCall({ workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 500 })
  await database.client.query(`DELETE FROM nodes WHERE id = 'deaf'`)
  expect(result).toMatchObject({ unconfirmed: 3, leased: [] })
})

test('an erasure that finds nothing does not vouch for a node that has not heard of one begun elsewhere', async () => {
  await fixture.addWebhook()
  const { workspaceId } = fixture
  await fixture.accept(fixture.events(3, { callId: 'call-1' }))
  await database.client.query(
    `INSERT INTO nodes (id, started_at, seen_at) VALUES ('deaf', now(), now() + interval '1 minute')`,
  )
  await database.client.query(`UPDATE deliveries SET lease_node = 'deaf'`)
  const third = await database.node({ clock: FAST })
  await third.start()
  const request = { workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 500 }
  const first = third.eraseCall(request)
  await until(
    async () => (await database.client.query(`SELECT 1 FROM events WHERE call_id = 'call-1'`)).rowCount,
    (count) => count === 0,
  )
  const second = await other.eraseCall(request)
  expect(second).toMatchObject({ unconfirmed: 1, removed: { events: 0 } })
  expect(await first).toMatchObject({ unconfirmed: 3 })
  await database.client.query(`DELETE FROM nodes WHERE id = 'deaf'`)
  await third.stop()
})

test('a node whose listener was away takes everything for changed, and releases what it holds', async () => {
  const before = heard.length
  await database.client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^(LISTEN|SELECT 1)' AND datname = current_database()
      AND pid <> pg_backend_pid()`,
  )
  await until(
    async () => heard.slice(before).map(({ kind }) => kind),
    (kinds) => kinds.includes('everything_may_have_changed') && kinds.includes('leases_lost'),
  )
})

test('a sweep of retention locks what is old, and nothing of what stays', async () => {
  const { workspaceId, storage } = fixture
  const accept = (acceptedAt: number) => fixture.accept(fixture.events(5, { acceptedAt }))
  await accept(fixture.now - 31 * DAY_MS)
  await accept(fixture.now)
  // Whoever waits for a row that is locked waits for ever here.
  await database.client.query('BEGIN')
  await database.client.query(`SELECT 1 FROM events WHERE workspace_id = $1 AND accepted_at > $2 FOR UPDATE`, [
    workspaceId,
    fixture.now - DAY_MS,
  ])
  const { removed } = await storage.pruneEvents({
    now: fixture.now,
    retentionDaysDefault: 30,
    from: null,
    rowsMax: 500,
  })
  await database.client.query('ROLLBACK')
  expect(removed.events).toBe(5)
})

test('a replay finds an event whose transaction was slow and committed after later ones', async () => {
  const webhook = await fixture.addWebhook({ isActive: false })
  const { workspaceId } = fixture
  const slow = fixture.event()
  // Holds the row that the slow transaction will want to add: it has its sequence number then, and cannot commit.
  await database.client.query('BEGIN')
  await database.client.query(
    `INSERT INTO events (workspace_id, day, seq, id, type, created_at, accepted_at, delivery_count, body)
    SELECT $1, $2, last_value + 1, '', '', 0, 0, 0, '' FROM events_seq`,
    [workspaceId, dayOf(slow.acceptedAt)],
  )
  const accepting = other.acceptEvents([{ workspaceId, events: [slow] }], fixture.offer())
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
  await until(
    async () => {
      // In a transaction the view stays as it was first seen.
      await database.client.query('SELECT pg_stat_clear_snapshot()')
      return (await database.client.query(waiting)).rowCount
    },
    (count) => count === 1,
  )
  await fixture.accept(fixture.events(3))
  await fixture.storage.updateWebhook(workspaceId, webhook.id, { isActive: true }, fixture.context())
  const replay = fixture.replayRow(webhook.id)
  await fixture.storage.createReplay(replay, 1, fixture.context('replay.created'))
  const bounds = { queueMax: 100, dueMax: 100 }
  expect(await fixture.storage.advanceReplay(replay, bounds, fixture.now)).toEqual({ kind: 'waiting', queued: 0 })
  await database.client.query('ROLLBACK')
  await accepting
  expect(await fixture.replayStep(replay, bounds)).toEqual({ kind: 'ended', queued: 4 })
})

test('text that PostgreSQL cannot keep does no harm to the batch it comes in', async () => {
  await fixture.addWebhook({ ordering: 'call' })
  const { leased } = await fixture.accept([...fixture.events(2), fixture.event({ callId: 'a\0b' })])
  expect(leased.length).toBe(3)
  const results = leased.map((delivery) =>
    fixture.result(delivery, { attempt: fixture.attempt({ responseBody: 'x\0y', error: null }) }),
  )
  expect(await fixture.record(...results)).toEqual([true, true, true])
  const erase = { workspaceId: fixture.workspaceId, callId: 'a\0b', now: fixture.now, rowsMax: 99 }
  expect((await fixture.storage.eraseCall(erase)).removed.events).toBe(1)
})
