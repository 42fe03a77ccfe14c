// Owns the tests of a node whose clock is wrong, beside one whose clock is right.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { systemClock } from '../../platform/clock.ts'
import { Fixture } from '../conformance/fixture.ts'
import { DAY_MS } from './day.ts'
import type { PostgresStorage } from './postgres-storage.ts'
import { SharedDatabase } from './test-storage-on-database.ts'

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
    await wrong.pruneAnswers(wrongNow(), 500)
  })

  test('takes back no lease of another, and claims nothing before it is due', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(2))
    expect(await wrong.rescueDeliveries(wrongNow(), false)).toBe(0)
    const [first] = leased
    if (first === undefined) throw new Error('Two were leased.')
    await fixture.record(fixture.failure(first, { nextAttemptAt: fixture.now + 3_600_000 }))
    expect(await wrong.claimDue(fixture.offer({ until: wrongNow() + 900_000 }), wrongNow())).toEqual([])
  })

  test('has its own leases for as long as it asked, and its retries come when they should', async () => {
    await fixture.addWebhook()
    const { workspaceId } = fixture
    const offer = fixture.offer({ until: wrongNow() + 900_000 })
    const events = fixture.events(2, { acceptedAt: wrongNow() })
    const { leased } = await wrong.acceptEvents([{ workspaceId, events }], offer)
    const untils = async () => (await database.client.query('SELECT lease_until FROM deliveries')).rows
    for (const { lease_until: until } of await untils())
      expect(Math.abs(Number(until) - Date.now() - 900_000)).toBeLessThan(60_000)
    const [first] = leased
    if (first === undefined) throw new Error('Two were leased.')
    await wrong.recordAttempts([fixture.failure(first, { nextAttemptAt: wrongNow() + 5000 })], offer)
    const dueAt = (await fixture.storage.nextDueAt()) ?? 0
    expect(Math.abs(dueAt - Date.now() - 5000)).toBeLessThan(60_000)
    expect(Math.abs(((await wrong.nextDueAt()) ?? 0) - wrongNow() - 5000)).toBeLessThan(60_000)
  })
})
