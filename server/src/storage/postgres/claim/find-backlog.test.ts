// Owns the tests of how a backlog is found: by indexes, each queued row once, on one connection.
import type pg from 'pg'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { backlogSql } from '../../../../../test/support/backlog.ts'
import { dayOf } from '../schema/day.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openHotPool } from '../wire/open-pool.ts'
import type { Statement } from '../wire/statement.ts'
import { BACKLOG_OF_WEBHOOK, BACKLOG_OF_WORKSPACE, FindBacklog } from './find-backlog.ts'

const QUEUED = 300
const ALL = { workspaceId: 'w', webhookId: 'h', now: 9e12, rowsMax: 1000, dueMax: 1000 }
let database: SharedDatabase
let pool: pg.Pool

beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  pool = openHotPool({ url: database.url, name: 'backlog' }, 3)
  await database.client.query(backlogSql('postgres', { workspaceId: 'w', webhookId: 'h', count: QUEUED }))
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

const ASKED: readonly (readonly [Statement<unknown>, string, readonly unknown[]])[] = [
  [BACKLOG_OF_WEBHOOK, 'deliveries_queued_of_webhook', ['w', 'h', 1, 1000]],
  [BACKLOG_OF_WORKSPACE, 'deliveries_queued', ['w', 1000]],
]

test.each(ASKED)(
  '$0.name reads each queued row once, in the order of its index, and nothing else',
  async ({ text }, index, values) => {
    const { rows } = await pool.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`, [...values])
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    const scans = [...plan.matchAll(/Scan using (\S+) on deliveries_\S+ .*?rows=([\d.]+) loops=(\d+)/g)]
    const indexes = await database.client.query(
      'SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent IN ($1::regclass, $2::regclass)',
      [index, 'deliveries_leased'],
    )
    const names = indexes.rows.map(({ name }) => String(name))
    expect(scans.filter(([, name = '']) => !names.includes(name)).map(([line]) => line)).toEqual([])
    expect(scans.reduce((sum, [, , found, loops]) => sum + Number(found) * Number(loops), 0)).toBe(QUEUED)
    // But for the leases, which are few.
    expect(plan).not.toMatch(/ Sort \(.*\n\s+Sort Key: (?!leases\.until)/)
  },
)

test('however many ask at once, they take one connection of the hot path', async () => {
  const backlog = new FindBacklog(pool)
  const before = pool.totalCount
  let most = 0
  pool.on('acquire', () => {
    most = Math.max(most, pool.totalCount - pool.idleCount)
  })
  const found = await Promise.all(
    Array.from({ length: 20 }, (_, nth) => backlog.run({ ...ALL, webhookId: nth % 2 === 0 ? 'h' : null })),
  )
  expect(new Set(found.map(({ pending }) => pending))).toEqual(new Set([QUEUED]))
  expect(most).toBe(1)
  expect(pool.totalCount).toBeLessThanOrEqual(Math.max(before, 1))
})

test('one that fails does not keep the next from its result', async () => {
  const backlog = new FindBacklog(pool)
  const refused = backlog.run({ ...ALL, now: 0.5 })
  const next = backlog.run(ALL)
  await expect(refused).rejects.toThrow()
  expect(await next).toMatchObject({ pending: QUEUED, due: QUEUED, isExact: true })
})

test('of the leases of one day its partition is looked into; of one that says no day, every partition', async () => {
  const day = dayOf(Date.now())
  await database.client.query(`
    INSERT INTO leases (token, node, until, first_day, last_day) SELECT 'token-' || i, 'n', i, ${day}, ${day} FROM generate_series(1, 50) i;
    UPDATE deliveries SET status = 'sending', next_attempt_at = NULL, lease_token = 'token-1', lease_node = 'n'
    WHERE id IN (SELECT id FROM deliveries ORDER BY seq LIMIT 2)`)
  const expected = { pending: QUEUED, sending: 2, isExact: true }
  const seeksOf = async ([{ text }, , values]: (typeof ASKED)[number]) => {
    const { rows } = await pool.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`, [...values])
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    const scans = [...plan.matchAll(/Scan using \w*lease_token_idx\d* on (deliveries_\w+) .*?(?:loops=(\d+)|never)/g)]
    return scans.flatMap(([, partition, loops]) => (loops === undefined ? [] : [[partition, Number(loops)]]))
  }
  for (const asked of ASKED) expect(await seeksOf(asked)).toEqual([[`deliveries_d${day}`, 50]])
  expect(await new FindBacklog(pool).run(ALL)).toMatchObject(expected)
  await database.client.query(`DELETE FROM leases; INSERT INTO leases (token, node, until) VALUES ('token-1', 'n', 1)`)
  for (const asked of ASKED) expect((await seeksOf(asked)).length).toBeGreaterThan(4)
  expect(await new FindBacklog(pool).run(ALL)).toMatchObject(expected)
})

test.each(ASKED)(
  '$0.name has the same plan for a database that is known to be empty and for a full one',
  async ({ text }) => {
    const planOf = async (full: boolean) => {
      const other = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
      onTestFinished(() => other.drop())
      if (full) await other.client.query(backlogSql('postgres', { workspaceId: 'w', webhookId: 'h', count: 20_000 }))
      await other.client.query('ANALYZE')
      const ofOther = openHotPool({ url: other.url, name: 'backlog' }, 1)
      // Prepared as the hot path does: with a value of the right type for each place.
      const types = (text.match(/\$\d/g) ?? []).map((place) => Number(place.slice(1)))
      await ofOther.query(`PREPARE asked AS ${text}`)
      const values = Array.from({ length: Math.max(...types) }, () => 'NULL').join(', ')
      const { rows } = await ofOther.query(`EXPLAIN (COSTS OFF) EXECUTE asked(${values})`)
      await ofOther.end()
      return rows.map((row) => String(row['QUERY PLAN']))
    }
    const scans = (plan: readonly string[]) =>
      plan
        .filter((line) => / Scan .*deliveries/.test(line))
        .map((line) => line.trim())
        .sort()
    const [empty, full] = [scans(await planOf(false)), scans(await planOf(true))]
    expect(empty.length).toBeGreaterThan(8)
    expect(empty).toEqual(full)
  },
)
