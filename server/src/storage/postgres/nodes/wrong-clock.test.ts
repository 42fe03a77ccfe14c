// Owns the tests of a node whose clock is wrong, beside one whose clock is right.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { Fixture } from '../../conformance/fixture.ts'
import type { PostgresStorage } from '../postgres-storage.ts'
import { DAY_MS, dayOf } from '../schema/day.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

let fixture: Fixture
beforeEach(async () => {
  fixture = await Fixture.make(() => database.storage())
})

describe('a node whose clock is 40 days ahead', () => {
  const AHEAD_MS = 40 * DAY_MS
  let wrong: PostgresStorage
  const wrongNow = () => Date.now() + AHEAD_MS
  beforeEach(async () => {
    wrong = await database.node({ clock: { ...systemClock, now: wrongNow } })
    await wrong.start()
  })
  afterEach(() => wrong.stop())

  test('removes nothing that is not old by the time of the database', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(3))
    await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
    const request = { now: wrongNow(), retentionDaysDefault: 30, rowsMax: 500 }
    expect((await wrong.pruneEvents({ ...request, from: null })).removed.events).toBe(0)
    expect((await fixture.deliveries()).length).toBe(3)
  })

  test('reclaims no lease of another, and claims nothing before it is due', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(2))
    expect(await wrong.rescueDeliveries(wrong.clock.now(), false)).toBe(0)
    const [first] = leased
    if (first === undefined) throw new Error('Two were leased.')
    await fixture.record(fixture.failure(first, { nextAttemptAt: fixture.now + 3_600_000 }))
    expect(await wrong.claimDue(fixture.offer(), wrong.clock.now())).toEqual([])
  })

  test('works with the time of the database', () => {
    expect(Math.abs(wrong.clock.now() - Date.now())).toBeLessThan(60_000)
  })

  test('before it has started, and once it has stopped, has its own', async () => {
    const idle = await database.node({ clock: { ...systemClock, now: () => 7 } })
    expect(idle.clock.now()).toBe(7)
  })

  test('keeps an event in the partition of its day', async () => {
    await fixture.addWebhook()
    const { workspaceId } = fixture
    const events = fixture.events(2, { acceptedAt: wrong.clock.now() })
    await wrong.acceptEvents([{ workspaceId, events }], fixture.offer())
    const { rows } = await database.client.query(`SELECT DISTINCT tableoid::regclass::text AS name FROM events`)
    expect(rows.map(({ name }) => name)).toEqual([`events_d${dayOf(fixture.now)}`])
  })
})
