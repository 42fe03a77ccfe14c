// Owns the test of what a row of the table of leases says.
import { expect, inject, onTestFinished, test } from 'vitest'
import { Fixture } from '../../conformance/fixture.ts'
import { DAY_MS } from '../schema/day.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'

test('a lease reaches over the days of all that was leased under it, by whatever call', async () => {
  const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  onTestFinished(() => database.drop())
  const fixture = await Fixture.make(() => database.storage())
  await fixture.addWebhook()
  const offer = fixture.offer()
  const days = async () =>
    (await database.client.query('SELECT last_day - first_day AS days FROM leases ORDER BY 1')).rows.map(
      (row) => row['days'],
    )
  for (const ago of [2, 0, 1]) {
    const acceptedAt = fixture.now - ago * DAY_MS
    await fixture.accept(fixture.events(1, { createdAt: acceptedAt, acceptedAt }), offer)
  }
  expect(await days()).toEqual([2])
  expect(await fixture.storage.rescueDeliveries(fixture.now, true)).toBe(3)
  await fixture.storage.rescueDeliveries(fixture.now, true)
  expect((await fixture.claim()).length).toBe(3)
  expect(await days()).toEqual([2])
  expect(await fixture.storage.rescueDeliveries(fixture.now, true)).toBe(3)
})
