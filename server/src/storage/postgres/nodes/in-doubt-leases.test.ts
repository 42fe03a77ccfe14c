// Owns the tests of commits of which nobody knows whether they took place: the network goes silent or away under them.
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { TcpProxy } from '../../../../../test/support/tcp-proxy.ts'
import { systemClock } from '../../../platform/clock.ts'
import { Fixture } from '../../conformance/fixture.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openHotPool } from '../wire/open-pool.ts'
import { statement } from '../wire/statement.ts'
import { storeFault } from '../wire/store-fault.ts'
import { CommitUnknown, inTransaction } from '../wire/transaction.ts'
import { InDoubtLeases } from './in-doubt-leases.ts'

let database: SharedDatabase
beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
})
afterAll(() => database.drop())

test('what was leased under a commit whose result was lost is due again, and can be claimed', async () => {
  const fixture = await Fixture.make(() => database.storage())
  await fixture.addWebhook()
  const pool = openHotPool({ url: database.url, name: 'in doubt' }, 1)
  const inDoubt = new InDoubtLeases(pool, systemClock)
  const offer = fixture.offer()
  const accepting = fixture.accept(fixture.events(3), offer).then(() => {
    throw new CommitUnknown(new Error('Connection terminated unexpectedly'))
  })
  await expect(inDoubt.watch(offer, accepting)).rejects.toBeInstanceOf(CommitUnknown)
  expect(await fixture.claim()).toEqual([])
  await inDoubt.reclaim(fixture.now)
  expect((await fixture.claim()).length).toBe(3)
  await pool.end()
})

test('a failure that says that nothing was written leaves no doubt', async () => {
  const fixture = await Fixture.make(() => database.storage())
  await fixture.addWebhook()
  const pool = openHotPool({ url: database.url, name: 'in doubt' }, 1)
  const inDoubt = new InDoubtLeases(pool, systemClock)
  const offer = fixture.offer()
  await fixture.accept(fixture.events(3), offer)
  await expect(inDoubt.watch(offer, Promise.reject(new Error('no capacity')))).rejects.toThrow('no capacity')
  await inDoubt.reclaim(fixture.now)
  expect(await fixture.claim()).toEqual([])
  await pool.end()
})

test('a connection that is cut before the result to COMMIT leaves the outcome unknown; before COMMIT it does not', async () => {
  const { port } = new URL(database.url)
  const proxy = await new TcpProxy(Number(port)).start()
  const url = new URL(database.url)
  url.port = String(proxy.port)
  const pool = openHotPool({ url: url.href, name: 'cut' }, 1)
  const one = statement<{ readonly one: number }>('one', 'SELECT 1 AS one')
  const cut = async () => proxy.cut()
  const beforeCommit = await inTransaction(pool, async (session) => {
    await session.all(one)
    // Far enough away for the result to be still on its way.
    proxy.delayMs = 200
    setTimeout(cut, 100)
  }).catch((error: unknown) => error)
  proxy.delayMs = 0
  expect(beforeCommit).toBeInstanceOf(CommitUnknown)
  expect(storeFault(beforeCommit)).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  const atWork = await inTransaction(pool, async (session) => {
    await cut()
    await session.all(one)
  }).catch((error: unknown) => error)
  expect(atWork).not.toBeInstanceOf(CommitUnknown)
  expect(storeFault(atWork)).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  await pool.end()
  await proxy.stop()
})
