// Owns the tests of the daily partitions: made ahead, found by ids, and dropped whole when nobody keeps their day.
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { Fixture, found } from '../../conformance/fixture.ts'
import type { PruneResult } from '../../storage.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { codeOf } from '../wire/error-code.ts'
import { openPool } from '../wire/open-pool.ts'
import { DAY_MS, dayOf } from './day.ts'
import { makePartitions } from './partitions.ts'

const OLD_DAYS = 40

let database: SharedDatabase
let pool: pg.Pool
let fixture: Fixture
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  pool = openPool({ url: database.url, name: 'partitions' }, 3)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  fixture = await Fixture.make(() => database.storage())
  await makeOldPartitions()
})
afterEach(() => fixture.destroy())

/** As a node does: where others hold the tables for too long, later. */
async function makeOldPartitions(): Promise<void> {
  for (;;) {
    try {
      return await makePartitions(pool, fixture.now - OLD_DAYS * DAY_MS)
    } catch (error) {
      if (codeOf(error) !== '55P03') throw error
    }
  }
}

async function partitions(): Promise<string[]> {
  const { rows } = await database.client.query(
    `SELECT relname FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid WHERE relkind = 'r' ORDER BY 1`,
  )
  return rows.map(({ relname }) => String(relname))
}

const oldest = () => dayOf(fixture.now - OLD_DAYS * DAY_MS)
const hasOldDay = async () => (await partitions()).includes(`events_d${oldest()}`)

/** Events of the oldest day, each with a delivery that has ended. */
async function acceptOld(count: number) {
  const { leased } = await fixture.accept(fixture.events(count, { acceptedAt: fixture.now - OLD_DAYS * DAY_MS }))
  await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
  return leased
}

async function prune(retentionDaysDefault = 30): Promise<number> {
  let from: PruneResult['next'] = null
  let events = 0
  do {
    const result: PruneResult = await fixture.storage.pruneEvents({
      now: fixture.now,
      retentionDaysDefault,
      from,
      rowsMax: 2,
    })
    events += result.removed.events
    from = result.next
  } while (from !== null)
  return events
}

describe('partitions', () => {
  test('are there for today and three days ahead, and making them again, or twice at once, changes nothing', async () => {
    const before = await partitions()
    const today = dayOf(fixture.now)
    for (const table of ['events', 'deliveries', 'attempts'])
      for (let ahead = 0; ahead <= 3; ahead++) expect(before).toContain(`${table}_d${today + ahead}`)
    await Promise.all([makePartitions(pool, fixture.now), makePartitions(pool, fixture.now)])
    expect(await partitions()).toEqual(before)
    await Promise.all([3, 3, 3].map((days) => makePartitions(pool, fixture.now + days * DAY_MS)))
    expect(await partitions()).toContain(`attempts_d${today + 6}`)
  })

  test('hold everything of an event in its day; what has no day lies in the default one and is found too', async () => {
    const webhook = await fixture.addWebhook()
    const [inDay] = await acceptOld(1)
    const { leased } = await fixture.accept([fixture.event({ acceptedAt: 5 })])
    for (const [table, column] of [
      ['events', 'id'],
      ['deliveries', 'event_id'],
    ] as const) {
      const { rows } = await database.client.query(
        `SELECT tableoid::regclass::text AS partition FROM ${table} ORDER BY ${column}`,
      )
      expect(rows.map(({ partition }) => partition)).toEqual([`${table}_d${oldest()}`, `${table}_default`])
    }
    for (const { id, eventId } of [found(inDay), found(leased[0])]) {
      expect((await fixture.storage.findDelivery(fixture.workspaceId, webhook.id, id))?.eventId).toBe(eventId)
      expect((await fixture.storage.findEvent(fixture.workspaceId, eventId))?.id).toBe(eventId)
    }
  })

  test('a delivery that a replay makes lies in the day of its event', async () => {
    const webhook = await fixture.addWebhook({ isActive: false })
    await acceptOld(2)
    await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: true }, fixture.context())
    const replay = fixture.replayRow(webhook.id, { since: 0 })
    await fixture.storage.createReplay(replay, 1, fixture.context('replay.created'))
    const step = await fixture.replayStep(replay, { queueMax: 9, dueMax: 9 })
    expect(step).toEqual({ kind: 'ended', queued: 2 })
    const { rows } = await database.client.query(
      'SELECT DISTINCT tableoid::regclass::text AS partition FROM deliveries',
    )
    expect(rows).toEqual([{ partition: `deliveries_d${oldest()}` }])
    const claimed = await fixture.claim()
    expect(await fixture.record(...claimed.map((delivery) => fixture.result(delivery)))).toEqual([true, true])
  })
})

describe('a day that is past every retention', () => {
  test('is dropped whole with the ids of its events, which may then be published again', async () => {
    await fixture.addWebhook()
    const leased = await acceptOld(5)
    expect(await hasOldDay()).toBe(true)
    expect(await prune()).toBe(5)
    expect(await hasOldDay()).toBe(false)
    expect((await database.client.query('SELECT 1 FROM event_ids')).rowCount).toBe(0)
    const event = fixture.event({ id: found(leased[0]).eventId })
    expect((await fixture.accept([event])).results).toMatchObject([{ events: [{ duplicate: false }] }])
  })

  test('stays while one of its deliveries has not ended; the rest of it is removed row by row', async () => {
    await fixture.addWebhook()
    const [first] = await acceptOld(3)
    const { webhookId, id } = found(first)
    await fixture.storage.retryDelivery(fixture.workspaceId, webhookId, id, fixture.context('delivery.retried'))
    expect(await prune()).toBe(2)
    expect(await hasOldDay()).toBe(true)
    const claimed = await fixture.claim()
    await fixture.record(...claimed.map((delivery) => fixture.result(delivery)))
    expect(await prune()).toBe(1)
    expect(await hasOldDay()).toBe(false)
  })

  test.each([0, 60])('stays when a workspace keeps its events for %i days (0: for ever)', async (retentionDays) => {
    await fixture.addWebhook()
    const keeper = await fixture.addWorkspace()
    await fixture.storage.updateWorkspace(keeper, { retentionDays }, fixture.context('workspace.updated'))
    await acceptOld(3)
    const acceptedAt = fixture.now - OLD_DAYS * DAY_MS
    const events = fixture.events(2, { acceptedAt })
    await fixture.storage.acceptEvents([{ workspaceId: keeper, events }], fixture.offer())
    expect(await prune()).toBe(3)
    expect(await hasOldDay()).toBe(true)
    expect((await fixture.storage.listEvents(keeper, {}, { limit: 9, before: null })).rows.length).toBe(2)
  })

  test('is left for later when somebody reads it for long, and nobody waits meanwhile', async () => {
    const reader = await pool.connect()
    await reader.query('BEGIN; SELECT count(*) FROM events')
    await prune()
    expect(await hasOldDay()).toBe(true)
    await reader.query('COMMIT')
    reader.release()
    await prune()
    expect(await hasOldDay()).toBe(false)
  })
})
