// Owns the tests of what a node may conclude from its own heartbeats and those of others. The database is real, the time of
// the node is moved manually.
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { until } from '../../../../../test/support/until.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openHotPool } from '../wire/open-pool.ts'
import { NodeHeartbeat } from './node-heartbeat.ts'
import type { StorageNotice } from './notices.ts'

let database: SharedDatabase
let pool: Pool
let time: number
/** Time that only the clock of the day has counted. */
let suspended: number
let notices: StorageNotice['kind'][]
const beats = new Map<string, () => void>()
const started: NodeHeartbeat[] = []

beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  pool = openHotPool({ url: database.url, name: 'heartbeats' }, 2)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(() => {
  time = 1_000_000
  suspended = 0
  notices = []
})
afterEach(async () => {
  for (const heartbeat of started.splice(0)) await heartbeat.stop()
  await database.client.query('DELETE FROM nodes')
})

async function start(node: string): Promise<NodeHeartbeat> {
  const clock = {
    now: () => time + suspended,
    monotonic: () => time,
    schedule: (callback: () => void) => {
      beats.set(node, callback)
      return () => beats.delete(node)
    },
  }
  const heartbeat = new NodeHeartbeat({ pool, clock, node, onNotice: ({ kind }) => notices.push(kind) })
  await heartbeat.start()
  started.push(heartbeat)
  return heartbeat
}

/** Moves the time, lets the node beat, and waits until it has. */
async function beatAfter(ms: number, node: string): Promise<void> {
  time += ms
  const beat = beats.get(node)
  beats.delete(node)
  beat?.()
  await until(
    async () => beats.has(node),
    (hasBeaten) => hasBeaten,
  )
}

test('a node that was silent for 10 seconds holds nothing for its own until it is heard again', async () => {
  const node = await start('a')
  time += 9999
  expect(node.isLive()).toBe(true)
  time += 1
  expect(node.isLive()).toBe(false)
  await beatAfter(0, 'a')
  expect(node.isLive()).toBe(true)
  expect(notices).not.toContain('leases_lost')
})

test('a node that was silent for 15 seconds is told that its leases are lost before it sends again', async () => {
  const node = await start('a')
  await beatAfter(15_000, 'a')
  expect(notices).toContain('leases_lost')
  expect(node.isLive()).toBe(true)
})

test('a node takes nobody for dead before it has seen the database for 15 seconds, and after a beat that failed not either', async () => {
  const node = await start('a')
  for (let beat = 0; beat < 4; beat++) await beatAfter(3000, 'a')
  expect(node.isSteady()).toBe(false)
  await beatAfter(3000, 'a')
  expect(node.isSteady()).toBe(true)
  expect(notices).toEqual(['node_gone'])
  await database.client.query('ALTER TABLE nodes RENAME TO away')
  await beatAfter(3000, 'a')
  await database.client.query('ALTER TABLE away RENAME TO nodes')
  await beatAfter(3000, 'a')
  expect(node.isLive()).toBe(true)
  expect(node.isSteady()).toBe(false)
})

test('a node that joins others takes no work until each of them has beaten again, and so counts it', async () => {
  const first = await start('a')
  expect(first.acceptsWork()).toBe(true)
  const second = await start('b')
  expect(second.nodes()).toBe(2)
  expect(second.acceptsWork()).toBe(false)
  await beatAfter(3000, 'b')
  expect(second.acceptsWork()).toBe(false)
  await beatAfter(0, 'a')
  expect(first.nodes()).toBe(2)
  await beatAfter(250, 'b')
  expect(second.acceptsWork()).toBe(true)
})

test('nodes that begin at once take work as soon as each has seen the other', async () => {
  const nodes = await Promise.all([start('a'), start('b')])
  for (const node of ['a', 'b', 'a']) await beatAfter(250, node)
  expect(nodes.map((node) => [node.acceptsWork(), node.nodes()])).toEqual([
    [true, 2],
    [true, 2],
  ])
})

test('a node that is started again while the others still count it, or that is alone, takes work at once', async () => {
  await start('a')
  expect((await start('b')).acceptsWork()).toBe(false)
  expect((await start('b')).acceptsWork()).toBe(true)
  await database.client.query("DELETE FROM nodes WHERE id = 'a'")
  const third = await start('c')
  expect(third.acceptsWork()).toBe(false)
  await database.client.query("DELETE FROM nodes WHERE id = 'b'")
  await beatAfter(3000, 'c')
  expect(third.acceptsWork()).toBe(true)
  expect(notices).toContain('node_gone')
})

test('a machine that was suspended holds nothing for its own, and is told so at its next beat', async () => {
  const node = await start('a')
  suspended += 9999
  expect(node.isLive()).toBe(true)
  suspended += 5001
  expect(node.isLive()).toBe(false)
  await beatAfter(0, 'a')
  expect(node.isLive()).toBe(true)
  expect(notices).toContain('leases_lost')
})

test('a clock that is set back makes nobody deaf', async () => {
  const node = await start('a')
  suspended -= 3_600_000
  await beatAfter(3000, 'a')
  expect(node.isLive()).toBe(true)
  expect(notices).not.toContain('leases_lost')
})

test('how far the clock is off the time of the database is known, also between two beats, and small differences are none', async () => {
  suspended = Date.now() - time + 4000
  const right = await start('a')
  expect(right.clockOffset()).toBe(0)
  const days = 40 * 24 * 3_600_000
  suspended += days
  expect(Math.abs(right.clockOffset() + days)).toBeLessThan(60_000)
  await beatAfter(3000, 'a')
  expect(Math.abs(right.clockOffset() + days)).toBeLessThan(60_000)
})
