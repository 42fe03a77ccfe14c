// Owns the order of the log of changes while transactions overlap: one that began first and commits last holds back what came after it,
// so that who reads meanwhile misses nothing and is shown nothing twice.
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { until } from '../../../../../test/support/until.ts'
import { compareChanges } from '../../../insight/stream/change-order.ts'
import { DeliveryFeed, type StreamSink } from '../../../insight/stream/delivery-feed.ts'
import { OpenStreams } from '../../../insight/stream/open-streams.ts'
import { systemClock } from '../../../platform/clock.ts'
import { Fixture, found, OTHER_TYPE, only, TYPE } from '../../conformance/fixture.ts'
import { entriesOf } from '../../shared/change-batch.ts'
import type { ChangePosition, DeliveryChange, LeasedDelivery } from '../../storage.ts'
import type { PostgresStorage } from '../postgres-storage.ts'
import { dayOfDelivery } from '../schema/day.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { changePlace } from './change-log.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

/** The storage of `fixture` is one node, `other` another one, which also reads. */
let fixture: Fixture
let other: PostgresStorage
let start: ChangePosition
beforeEach(async () => {
  fixture = await Fixture.make(() => database.storage())
  other = await database.node()
  await other.start()
  await fixture.settled()
  start = (await other.locateChanges(fixture.workspaceId, null, Date.now())).from
})
afterEach(() => other.stop())

async function changesAfter(position: ChangePosition): Promise<readonly DeliveryChange[]> {
  return (await other.listChanges(fixture.workspaceId, position, 250)).changes
}

/** A stream as the API has it, whose reader takes all. Each change as `id attempts status`. */
async function stream(): Promise<{ readonly shown: readonly string[]; stop(): Promise<void> }> {
  const shown: string[] = []
  const parts = { clock: systemClock, random: { fraction: () => 0 } }
  const feed = new DeliveryFeed({
    storage: other,
    clock: systemClock,
    streams: new OpenStreams(parts, { all: 1, perWorkspace: 1, perCredential: 1 }),
    log: { error: (...words: unknown[]) => expect(words).toEqual([]) },
    writer: {
      delivery: (_, __, { id, attempts, status }) => `${id} ${attempts} ${status}\n`,
      gap: () => 'gap\n',
      position: () => '',
    },
  })
  const owner = { workspaceId: fixture.workspaceId, credential: 'k' }
  const begin = await feed.open({ ...owner, filter: {}, language: 'en', after: start })
  const closed: (() => void)[] = []
  const sink: StreamSink = {
    pendingBytes: 0,
    write: (given) => {
      const lines = (typeof given === 'string' ? given : Buffer.from(given).toString()).split('\n')
      shown.push(...lines.filter((line) => line !== '' && !line.startsWith('retry')))
    },
    drained: () => Promise.resolve(),
    end: () => {},
    onClose: (listener) => void closed.push(listener),
    isAllowed: () => Promise.resolve(true),
  }
  begin(sink)
  const stop = async () => {
    for (const listener of closed) listener()
    await feed.stop()
  }
  return { shown, stop }
}

/** Another session has what a node is about to write, until `commit`. */
async function lockCounters(webhookId: string): Promise<{ commit(): Promise<void> }> {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('BEGIN')
  const locked = await client.query('SELECT FROM webhook_counters WHERE webhook_id = $1 FOR UPDATE', [webhookId])
  expect(locked.rowCount).toBe(1)
  return {
    commit: async () => {
      await client.query('COMMIT')
      await client.end()
    },
  }
}

const WAITING = `SELECT backend_xid::text AS xid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_xid IS NOT NULL`

async function accepted(type: string): Promise<LeasedDelivery> {
  return only((await fixture.accept([fixture.event({ type })])).leased)
}

test('a node whose transaction began first and commits last: nothing behind it is shown before it, nothing is missed, nothing comes twice', async () => {
  const slow = await fixture.addWebhook()
  const quick = fixture.webhookRow()
  await fixture.storage.createWebhook(quick, 1000, fixture.context())
  await fixture.addSubscription(quick.id, { eventKey: OTHER_TYPE })
  await fixture.record(fixture.result(await accepted(TYPE)))
  const [first, second] = [await accepted(TYPE), await accepted(OTHER_TYPE)]
  const reader = await stream()
  try {
    await until(
      async () => reader.shown.length,
      (count) => count === 4,
    )
    const before = [...reader.shown]
    const position = found((await changesAfter(start)).at(-1)).position
    const lock = await lockCounters(slow.id)
    // Has its number and its row of the log, and waits for the counters.
    const recording = fixture.record(fixture.result(first))
    const { rows } = await until(
      () => database.client.query<{ xid: string }>(WAITING),
      (waiting) => waiting.rows.length === 1,
    )
    // Another node commits, with a higher number.
    expect(await other.recordAttempts([fixture.result(second)], fixture.offer())).toMatchObject({
      written: [true],
    })
    const xids = await database.client.query<{ tx: string }>('SELECT max(tx)::text AS tx FROM delivery_changes')
    expect(Number(xids.rows[0]?.tx)).toBeGreaterThan(Number(rows[0]?.xid))
    expect(await changesAfter(position)).toEqual([])
    await lock.commit()
    expect(await recording).toEqual([true])
    await until(
      async () => reader.shown.length,
      (count) => count >= 6,
    )
    expect(reader.shown.slice(4)).toEqual([`${first.id} 1 success`, `${second.id} 1 success`])
    expect(reader.shown.slice(0, 4)).toEqual(before)
    expect((await changesAfter(position)).map(({ delivery }) => delivery?.id)).toEqual([first.id, second.id])
  } finally {
    await reader.stop()
  }
})

test('whatever the order in which transactions commit, who reads after each of them is shown each change once, in one order', async () => {
  await fixture.addWebhook()
  const deliveries = await Promise.all(Array.from({ length: 6 }, () => accepted(TYPE)))
  const clients = await Promise.all(
    deliveries.map(async () => {
      const client = new pg.Client(database.url)
      await client.connect()
      return client
    }),
  )
  const order = fc.shuffledSubarray([...deliveries.keys()], { minLength: deliveries.length })
  const isCommitted = fc.array(fc.boolean(), { minLength: deliveries.length, maxLength: deliveries.length })
  try {
    await fc.assert(
      fc.asyncProperty(order, isCommitted, async (commits, commit) => {
        await fixture.settled()
        let position = (await other.locateChanges(fixture.workspaceId, null, Date.now())).from
        const from = position
        for (const [nth, { id }] of deliveries.entries()) {
          const place = changePlace(id, dayOfDelivery(id))
          const entries = entriesOf({ place, status: 'queued', attempts: nth, nextAttemptAt: 1, updatedAt: 1 })
          await found(clients[nth]).query('BEGIN')
          await found(clients[nth]).query('INSERT INTO delivery_changes (workspace_id, entries) VALUES ($1, $2)', [
            fixture.workspaceId,
            entries,
          ])
        }
        const seen: DeliveryChange[] = []
        const read = async () => {
          const changes = await changesAfter(position)
          position = changes.at(-1)?.position ?? position
          seen.push(...changes)
        }
        for (const nth of commits) {
          await found(clients[nth]).query(commit[nth] === true ? 'COMMIT' : 'ROLLBACK')
          await read()
        }
        // What others on the server had under way held back the last of them.
        await fixture.settled()
        await read()
        const expected = [...deliveries.keys()].filter((nth) => commit[nth])
        expect(seen.map(({ delivery }) => delivery?.attempts)).toEqual(expected)
        expect(seen.map((each) => each.position)).toEqual(
          seen.map((each) => each.position).toSorted((a, b) => compareChanges(a, b)),
        )
        expect(await changesAfter(from)).toEqual(seen)
      }),
      { numRuns: 30 },
    )
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
})

test('a number given before, and never used, holds nothing back once its transaction has ended', async () => {
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_current_xact_id()')
    await fixture.addWebhook()
    const { id } = await accepted(TYPE)
    expect(await changesAfter(start)).toEqual([])
    await client.query('ROLLBACK')
    await fixture.settled()
    expect((await changesAfter(start)).map(({ delivery }) => delivery?.id)).toEqual([id])
  } finally {
    await client.end()
  }
})
