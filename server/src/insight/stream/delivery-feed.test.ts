// Owns the guarantees of the feed towards its readers: what is kept for one that does not read, and how it is ended.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock, settle } from '../../../../test/support/manual-clock.ts'
import type { ChangePosition, DeliveryChange, DeliveryRow } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import { DeliveryFeed } from './delivery-feed.ts'
import { OpenStreams } from './open-streams.ts'
import { TestSink } from './testing/test-sink.ts'

const WORKSPACE = 'w'
const START: ChangePosition = { tx: 0, seq: 0, nth: 0, at: 0 }
/** Of a frame of this test. */
const FRAME_BYTES = 600
/** What may be pending before a reader is no longer live, and the page that may come on top of it. */
const PENDING_BYTES_MAX = 64 * 1024 + 100 * FRAME_BYTES + 1000

let clock: ManualClock
let log: DeliveryChange[]
let pages: number
let feed: DeliveryFeed
const readers: TestSink[] = []

beforeEach(() => {
  clock = new ManualClock()
  log = []
  pages = 0
  const random = { fraction: () => 0.5 }
  feed = new DeliveryFeed({
    clock,
    streams: new OpenStreams({ clock, random }, { all: 1000, perWorkspace: 1000, perCredential: 1000 }),
    log: { error: (...words: unknown[]) => expect(words).toEqual([]) },
    storage: {
      locateChanges: async (_, after) => ({ from: after ?? log.at(-1)?.position ?? START, gap: null }),
      listChanges: async (_, after, limit) => {
        pages++
        const changes = log.filter(({ position }) => compareChanges(position, after) > 0).slice(0, limit)
        return { changes, isMore: changes.length === limit }
      },
    },
    writer: {
      delivery: (_, { seq }) => `id: ${seq}\nevent: delivery\ndata: ${'x'.repeat(FRAME_BYTES)}\n\n`,
      gap: (_, { seq }) => `id: ${seq}\nevent: gap\n\n`,
      position: (_, { seq }) => `id: ${seq}\n\n`,
    },
  })
})
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close()
  await feed.stop()
})

async function open(after: ChangePosition | null = null): Promise<TestSink> {
  const begin = await feed.open({ workspaceId: WORKSPACE, credential: 'k', filter: {}, language: 'en', after })
  const reader = new TestSink()
  readers.push(reader)
  begin(reader)
  await settle()
  return reader
}

/** So many changes, one transaction after another. */
async function change(count: number): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const position = { tx: 0, seq: log.length + 1, nth: 1, at: clock.now() }
    // The writer of this test looks at the position alone.
    log.push({ position, delivery: { id: `d${log.length}` } as DeliveryRow })
  }
  feed.changed(WORKSPACE)
  await clock.advance(50)
}

test('of 200 readers that take nothing each is kept a bounded amount for, however much comes, and no page is read again and again', async () => {
  const stuck = await Promise.all(Array.from({ length: 200 }, () => open()))
  const reading = await open()
  reading.take()
  for (let round = 0; round < 20; round++) {
    await change(100)
    reading.take()
  }
  await clock.advance(1000)
  reading.take()
  for (const { mostPendingBytes } of stuck) expect(mostPendingBytes).toBeLessThanOrEqual(PENDING_BYTES_MAX)
  expect(new Set(reading.ids).size).toBe(2001)
  // The tail once for each of what came and now and then for nothing; not for each reader.
  expect(pages).toBeLessThan(1000)
})

test('200 readers that fall behind together are read for together, and miss nothing', async () => {
  const all = await Promise.all(Array.from({ length: 200 }, () => open()))
  // Each is behind after two of these; some take what they were given earlier than others.
  for (let round = 0; round < 10; round++) await change(100)
  const before = pages
  for (let round = 0; round < 40; round++) {
    await change(50)
    for (const [nth, reader] of all.entries()) if ((nth + round) % 3 > 0) reader.take()
  }
  for (let round = 0; round < 10; round++) {
    await clock.advance(50)
    for (const reader of all) reader.take()
  }
  const everything = Array.from({ length: log.length + 1 }, (_, nth) => nth)
  for (const { ids } of all) expect(ids).toEqual(everything)
  // 3,000 changes are 30 pages. Each reader for itself would have read as many.
  expect(pages - before).toBeLessThan(300)
})

test('a reader that is far behind is read for from the log, and nothing of what others have read is left out or shown twice', async () => {
  const live = await open()
  for (let round = 0; round < 30; round++) {
    await change(35)
    live.take()
  }
  const far = await open(log[49]?.position)
  for (let round = 0; round < 40; round++) {
    await change(7)
    live.take()
    far.take()
  }
  expect(far.ids).toEqual(Array.from({ length: log.length - 49 }, (_, nth) => 50 + nth))
})

test('a reader that takes nothing is ended with the id behind all that it was given, and goes on from there with the next change', async () => {
  const stuck = await open()
  await change(3)
  await clock.advance(30_000)
  expect(stuck.lastWords).toBe('retry: 1000\nid: 3\n\n')
  // It wakes up, and takes what was in the pipe.
  stuck.take()
  expect(stuck.ids).toEqual([0, 1, 2, 3])
  stuck.close()
  await change(2)
  const again = await open(log[2]?.position)
  again.take()
  await change(1)
  again.take()
  expect(again.ids).toEqual([3, 4, 5, 6])
})

test('a reader that takes what it is given, however late within its time, is not ended, and misses nothing', async () => {
  const slow = await open()
  for (let round = 0; round < 10; round++) {
    await change(100)
    await clock.advance(15_000)
    slow.take()
  }
  for (let round = 0; round < 100; round++) {
    await clock.advance(100)
    slow.take()
  }
  expect(slow.lastWords).toBeUndefined()
  expect(slow.ids.filter((id, nth) => id !== slow.ids[nth - 1])).toEqual(
    Array.from({ length: log.length + 1 }, (_, nth) => nth),
  )
})

test('one that has ended is read for no more', async () => {
  const stuck = await open()
  await change(500)
  await clock.advance(30_000)
  expect(stuck.lastWords).toBeDefined()
  const before = pages
  stuck.take()
  await settle()
  expect(pages - before).toBeLessThanOrEqual(1)
})
