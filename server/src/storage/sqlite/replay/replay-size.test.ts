// Owns the tests that a replay of very many events costs little at a time: each step is short, finds its beginning
// without reading what is older, and memory stays flat however long the replay is.
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, expect, test } from 'vitest'
import { collectGarbage } from '../../../../../test/support/collect-garbage.ts'
import { SystemRandom } from '../../../platform/random.ts'
import { DISORDER_MS } from '../../shared/sequence-search.ts'
import type { ReplayScope, ReplayWalk } from '../../storage.ts'
import { EventInserter } from '../accept/insert-events.ts'
import { ChangeLog } from '../record/change-log.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { migrate } from '../schema/migrations.ts'
import { AdvanceReplay } from './advance-replay.ts'
import { SequenceAt } from './sequence-at.ts'

const EVENTS = 200_000
const EVERY_MS = 1000
const END = (EVENTS + 1) * EVERY_MS
/** Garbage of so many steps is measured at once. */
const STEPS_MEASURED = 10
let db: DatabaseSync
let replays: AdvanceReplay

/** One event a second, all of them published while the only webhook was off. */
beforeAll(() => {
  db = new DatabaseSync(':memory:')
  migrate(db, 1)
  db.exec(`
    INSERT INTO workspaces (id, name, created_at) VALUES ('w', 'Acme', 1);
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
      updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES ('w', 'h', 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', '');
    INSERT INTO subscriptions VALUES ('w', 's', 'h', 'call.completed', 1, 1, 1);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
    INSERT INTO event_rows (workspace, id, type, created_at, accepted_at, delivery_count, body)
    SELECT ${numberOf("'w'")}, 'evt_' || i, 'call.completed', i * ${EVERY_MS}, i * ${EVERY_MS}, 0, '{}' FROM n;
    INSERT INTO replays (workspace_id, id, webhook_id, since, until, "only", status, matched, matched_is_exact, queued,
      created_at, updated_at) VALUES ('w', 'r', 'h', 0, ${END}, 'missing', 'running', 0, 0, 0, 1, 1)`)
  replays = new AdvanceReplay(db, new EventInserter(db, new SystemRandom()), new ChangeLog(db))
})

const scope = (since: number): ReplayScope => {
  return { workspaceId: 'w', webhookId: 'h', since, until: END, eventKeys: null, only: 'missing' }
}

function countAll(of: ReplayScope): { matched: number; steps: number; mostMatched: number } {
  let walk: ReplayWalk | null = null
  const counted = { matched: 0, steps: 0, mostMatched: 0 }
  do {
    const { matched, next } = replays.count(of, walk)
    counted.mostMatched = Math.max(counted.mostMatched, matched)
    counted.matched += matched
    counted.steps++
    walk = next
  } while (walk !== null)
  return counted
}

test('counting 200,000 events goes in small steps', () => {
  const { matched, steps, mostMatched } = countAll(scope(0))
  expect(matched).toBe(EVENTS)
  expect(steps).toBeGreaterThan(100)
  // About 2 ms each; reading all of them at once would take a second.
  expect(mostMatched).toBeLessThanOrEqual(2000)
})

test('a replay of the last minutes reads no more than an hour of older events', () => {
  const { matched, steps } = countAll(scope(END - 60_000))
  expect(matched).toBe(60)
  expect(steps).toBeLessThan(15)
})

test('the beginning of a time is found, also where rows are missing and where time stood still', () => {
  const table = new DatabaseSync(':memory:')
  table.exec('CREATE TABLE event_rows (seq INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL) STRICT')
  const at = new SequenceAt(table, 'event_rows', 'accepted_at')
  expect([at.before(0), at.after(0), at.last()]).toEqual([0, 0, 0])
  const rows = [10, 11, 40, 41, 42].map((seq, index) => [seq, [1, 2, 2, 3, 3][index] ?? 0] as const)
  for (const [seq, hours] of rows) table.exec(`INSERT INTO event_rows VALUES (${seq}, ${hours * DISORDER_MS})`)
  for (let hours = 0; hours <= 5; hours++) {
    const isFromThen = ([, time]: readonly [number, number]) => time >= hours
    const [first] = rows.find(isFromThen) ?? [43]
    const lastBefore = rows.findLast((row) => !isFromThen(row))?.[0] ?? -1
    expect(at.after((hours - 1) * DISORDER_MS)).toBeLessThanOrEqual(first)
    expect(at.before((hours + 1) * DISORDER_MS)).toBeGreaterThan(lastBefore)
  }
})

test('a replay of 200,000 events queues each once, in short steps, with flat memory', { timeout: 30_000 }, () => {
  const drain = db.prepare(
    `UPDATE delivery_rows SET status = 'success', next_attempt_at = NULL WHERE status = 'queued' AND webhook = ${numberOf("'h'")}
     AND next_attempt_at IS NOT NULL`,
  )
  const heap = () => process.memoryUsage().heapUsed
  let queued = 0
  let heapMax = 0
  collectGarbage()
  const heapBefore = heap()
  for (let nth = 0, isRunning = true; isRunning; nth++) {
    if (nth % STEPS_MEASURED === 0) collectGarbage()
    const step = replays.run('r', { queueMax: 400, dueMax: 400 }, END)
    queued += step.queued
    expect(step.queued).toBeLessThanOrEqual(400)
    heapMax = Math.max(heapMax, heap())
    isRunning = step.kind !== 'ended'
    drain.run()
  }
  expect(queued).toBe(EVENTS)
  const made = db.prepare('SELECT count(DISTINCT event_seq) AS events, count(*) AS count FROM delivery_rows').get()
  expect({ ...made }).toEqual({ events: EVENTS, count: EVENTS })
  expect(db.prepare('SELECT sum(delivery_count) AS sum FROM event_rows').get()?.['sum']).toBe(EVENTS)
  // Garbage of a few steps, and not 200,000 rows (about 60 MB).
  expect(heapMax - heapBefore).toBeLessThan(20e6)
})
