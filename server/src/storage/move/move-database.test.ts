// Owns the guarantees of the move: the same through both storages, finished only when verified, nobody's data mixed.
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { makeDatabase, runSql, type TestDatabase } from '../../../../test/support/postgres/database.ts'
import { AesVault } from '../../platform/aes-vault.ts'
import { systemClock } from '../../platform/clock.ts'
import { SystemRandom } from '../../platform/random.ts'
import { responsePlace } from '../../platform/vault.ts'
import { Fixture, found } from '../conformance/fixture.ts'
import { PostgresStorage } from '../postgres/postgres-storage.ts'
import { SqliteStorage } from '../sqlite/sqlite-storage.ts'
import { storageOnFile } from '../sqlite/testing/test-storage-on-file.ts'
import type { Storage } from '../storage.ts'
import { moveDatabase } from './move-database.ts'
import { fillHistory, pictureOf, type TestHistory } from './testing/test-history.ts'

const vault = new AesVault([randomBytes(32)])

let file: string
let random: SystemRandom
let source: Awaited<ReturnType<typeof storageOnFile>>
let history: TestHistory
let database: TestDatabase
let target: PostgresStorage
beforeEach(async () => {
  // Its ids never go back in time, and each history begins three days ago.
  random = new SystemRandom()
  source = await storageOnFile((at) => {
    file = at
    return new SqliteStorage({ file, random, clock: systemClock })
  })
  history = await fillHistory(source, (place) => vault.seal('whsec_abc', place))
  database = await makeDatabase(inject('postgresUrl'))
  const dataDir = join(dirname(file))
  target = new PostgresStorage({ url: database.url, poolSize: 4, dataDir, random, clock: systemClock })
})
afterEach(async () => {
  await target.stop()
  await source.destroy()
  await database.drop()
})

const move = (more: Partial<Parameters<typeof moveDatabase>[0]> = {}) =>
  moveDatabase({ from: file, to: database.url, clock: systemClock, vault: () => vault, onProgress: () => {}, ...more })

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query<Row>(sql)
  await client.end()
  return rows
}

/** NUL, which PostgreSQL cannot keep, is the one thing that changes. */
const withoutNul = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '\uFFFD'))

test('what the lists of the one storage show, those of the other show, and what was being sent is due', async () => {
  const before = await pictureOf(source.storage)
  const sending = await history.fixture.deliveries({ status: 'sending' })
  await source.storage.stop()
  const { lines } = await move()
  expect(lines.find(({ table }) => table === 'attempts')?.count).toBe(30)
  await target.start()
  expect(withoutNul(await pictureOf(target))).toEqual(withoutNul(before))
  expect(sending.length).toBeGreaterThan(0)
  const claimed = await target.claimDue(history.fixture.offer(), Date.now())
  const ids = new Set(claimed.map(({ id }) => id))
  expect(sending.filter(({ id }) => !ids.has(id))).toEqual([])
  const { idempotency, fixture } = history
  const response = found(await target.findResponse(idempotency, fixture.now))
  expect(vault.open(response.sealedBody, responsePlace({ ...idempotency, rowKey: response.rowKey }))).toBe('whsec_abc')
  expect(await target.listKeyChecks()).toEqual([{ keyId: '0a1b2c3d', sealed: 'a check' }])
})

test('deliveries that a replay made days after their event are claimed, recorded, released, found and retried', async () => {
  await source.storage.stop()
  await move()
  await target.start()
  const { fixture, lateWebhookId } = history
  const moved = await fixtureOn(target)
  expect((await query<{ count: string }>('SELECT count(*) FROM deliveries_moved'))[0]?.count).toBe('14')
  const claimed = (await target.claimDue(fixture.offer(), Date.now())).filter(
    ({ webhookId }) => webhookId === lateWebhookId,
  )
  expect(claimed.length).toBeGreaterThanOrEqual(7)
  const [one, given] = claimed
  if (one === undefined || given === undefined) throw new Error('nothing was claimed')
  const written = await target.recordAttempts([moved.result(one)], moved.offer())
  expect(written.written).toEqual([true])
  await target.releaseDeliveries([given], Date.now())
  expect(await target.findDelivery(fixture.workspaceId, lateWebhookId, given.id)).toMatchObject({ status: 'queued' })
  const found = await target.findDelivery(fixture.workspaceId, lateWebhookId, one.id)
  expect(found).toMatchObject({ status: 'success', attempts: 1, lastAttempt: { number: 1 } })
  const context = fixture.context('delivery.retried')
  expect(await target.retryDelivery(fixture.workspaceId, lateWebhookId, one.id, context)).toMatchObject({
    status: 'queued',
  })
})

test('a running replay goes on where it was, and what is accepted next has the next numbers', async () => {
  const { fixture, replayId, lateWebhookId } = history
  const last = Math.max(...(await fixture.deliveries()).map(({ seq }) => seq))
  await source.storage.stop()
  await move()
  await target.start()
  const step = await target.advanceReplay(
    { workspaceId: fixture.workspaceId, id: replayId },
    { queueMax: 100, dueMax: 1000 },
    Date.now(),
  )
  // 30 events of three days ago, of which seven were queued before.
  expect(step).toMatchObject({ kind: 'ended', queued: 23 })
  const { rows } = await target.listDeliveries(
    fixture.workspaceId,
    { webhookId: lateWebhookId },
    { limit: 250, before: null },
  )
  const newest = rows.filter(({ seq }) => seq > last)
  expect(newest.length).toBe(23)
  for (const { webhookId, id } of newest)
    expect(await target.findDelivery(fixture.workspaceId, webhookId, id)).toBeDefined()
  const events = fixture.events(1)
  await target.acceptEvents([{ workspaceId: fixture.workspaceId, events }], fixture.offer())
  expect((await target.listEvents(fixture.workspaceId, {}, { limit: 1, before: null })).rows[0]?.id).toBe(events[0]?.id)
})

test('a call that is kept in order goes on in its order', async () => {
  const inCall = new Set(history.callEventIds)
  await source.storage.stop()
  await move()
  await target.start()
  const moved = await fixtureOn(target)
  const sent: string[] = []
  for (let later = 1000; ; later += 1000) {
    const claimed = await target.claimDue(moved.offer(), Date.now() + later)
    if (claimed.length === 0) break
    const ofCall = claimed.filter(
      ({ webhookId, eventId }) => webhookId === history.orderedWebhookId && inCall.has(eventId),
    )
    expect(ofCall.length).toBeLessThanOrEqual(1)
    sent.push(...ofCall.map(({ eventId }) => eventId))
    await target.recordAttempts(
      claimed.map((delivery) => moved.result(delivery)),
      moved.offer(),
    )
  }
  expect(sent).toEqual(history.callEventIds)
})

test('a move that ends anywhere goes on from there, and nothing is there twice', async () => {
  const before = await pictureOf(source.storage)
  await source.storage.stop()
  for (const step of ['copy', 'verify'] as const) {
    const broken = move({
      onProgress: (progress) => {
        if (progress.step === step && progress.rowsDone > 0) throw new Error('the end')
      },
    })
    await expect(broken).rejects.toThrow('the end')
    await expect(target.start()).rejects.toThrow('begun and is not finished')
  }
  expect((await move()).rowsBefore).toBeGreaterThan(0)
  await target.start()
  expect(withoutNul(await pictureOf(target))).toEqual(withoutNul(before))
})

test('a row that is not the same is told with its table and workspace, and the move is not finished', async () => {
  await source.storage.stop()
  const spoil = async () => {
    await expect(move({ onProgress: ({ step }) => stopAt(step) })).rejects.toThrow('verify')
    await runSql(
      database.url,
      `UPDATE attempts SET response_body = 'other' WHERE number = 1 AND delivery_id IN (SELECT min(id) FROM deliveries WHERE status = 'success')`,
    )
  }
  await spoil()
  await expect(move()).rejects.toThrow(`attempts of workspace ${history.fixture.workspaceId}: 30 rows with checksum`)
  await expect(target.start()).rejects.toThrow('begun and is not finished')
})

test('the master key must open the secrets, before anything is written', async () => {
  await source.storage.stop()
  const wrong = move({ vault: () => new AesVault([randomBytes(32)]) })
  await expect(wrong).rejects.toThrow('The master key does not open the secrets')
  expect(await query(`SELECT 1 FROM pg_tables WHERE tablename = 'workspaces'`)).toEqual([])
})

test('a target with data, of a finished move, or a source in use is refused', async () => {
  await expect(move()).rejects.toThrow('Another Timbre process is using')
  await source.storage.stop()
  await move()
  await expect(move()).rejects.toThrow('was finished at')
  await runSql(database.url, 'DELETE FROM moves')
  await expect(move()).rejects.toThrow('The database is not empty: workspaces has rows')
})

test('a source that was written to since the move began is refused', async () => {
  await source.storage.stop()
  await expect(move({ onProgress: ({ step }) => stopAt(step) })).rejects.toThrow('verify')
  const storage = await source.reopen()
  const { workspaceId } = history.fixture
  await storage.acceptEvents([{ workspaceId, events: history.fixture.events(1) }], history.fixture.offer())
  await storage.stop()
  await expect(move()).rejects.toThrow('a server has run on the file since')
})

test('a database that a server runs on is refused', async () => {
  await source.storage.stop()
  const dataDir = dirname(file)
  const node = new PostgresStorage({
    url: database.url,
    poolSize: 2,
    dataDir: `${dataDir}`,
    random,
    clock: systemClock,
  })
  await node.start()
  await runSql(database.url, `INSERT INTO nodes (id, started_at, seen_at) VALUES ('other', now(), now())`)
  await node.stop()
  await expect(move()).rejects.toThrow('A server runs on this database')
})

function stopAt(step: 'copy' | 'verify'): void {
  if (step === 'verify') throw new Error('verify')
}

/** For its short names; the workspace is the one that was moved. */
async function fixtureOn(storage: Storage): Promise<Fixture> {
  return Fixture.make(async () => ({ storage, reopen: async () => storage, destroy: async () => {} }))
}
