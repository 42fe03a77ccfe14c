// Owns the tests that prepared statements run again and again on one connection, through a real server.
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Session } from './session.ts'
import { statement, statementPlannedOnce } from './statement.ts'

const client = new pg.Client(inject('postgresUrl'))
const session = new Session(client)
beforeAll(() => client.connect())
afterAll(() => client.end())

const DIVIDE = statement<{ readonly result: number; readonly note: string | null }>(
  'divide',
  'SELECT $1::int / $2::int AS result, $3::text AS note',
)
const preparations = async (name = 'divide') =>
  (await client.query('SELECT prepare_time::text FROM pg_prepared_statements WHERE name = $1', [name])).rows

test('one whose first run fails is prepared again; one that has succeeded is not', async () => {
  await expect(session.all(DIVIDE, 1, 0, null)).rejects.toThrow('division by zero')
  expect(await session.all(DIVIDE, 8, 2, null)).toEqual([{ result: 4, note: null }])
  const first = await preparations()
  expect(first).toHaveLength(1)
  await expect(session.all(DIVIDE, 1, 0, null)).rejects.toThrow('division by zero')
  expect(await session.all(DIVIDE, 9, 3, 'Grüße 📞')).toEqual([{ result: 3, note: 'Grüße 📞' }])
  expect(await preparations()).toEqual(first)
})

test('a plan is made anew when the rows it was given have doubled, and after 65,536 more at the latest', async () => {
  const count = statement<{ readonly count: number }>('count', 'SELECT count(*)::int FROM unnest($1::int[])')
  const renewedAt: number[] = []
  let last = ''
  for (let rows = 0; rows < 200_000; ) {
    const given = rows < 8 ? 1 : Math.min(rows, 30_000)
    expect(await session.get(count, Array(given).fill(1))).toEqual({ count: given })
    const now = JSON.stringify(await preparations('count'))
    if (now !== last) renewedAt.push(rows)
    last = now
    rows += given
  }
  // At 2 = 1 + 1, with 3 rows then; at 6 = 3 + 3, with 7; from 16 on rows come doubled. The last is 65,536 after 32,768, or a little more.
  expect(renewedAt).toEqual([0, 2, 6, 16, 64, 256, 1024, 4096, 16_384, 122_768 - 30_000])
})

test('one whose plan does not depend on how large tables are is planned once, but for a run that failed', async () => {
  const once = statementPlannedOnce<{ readonly result: number }>('planned_once', 'SELECT 8 / $1::int AS result')
  await expect(session.all(once, 0)).rejects.toThrow('division by zero')
  expect(await session.get(once, 2)).toEqual({ result: 4 })
  const first = await preparations('planned_once')
  for (let count = 0; count < 20; count++) await session.get(once, 2)
  expect(await preparations('planned_once')).toEqual(first)
})

test('many at once on one connection of a pool each get their own result', async () => {
  const pool = new pg.Pool({ connectionString: inject('postgresUrl'), max: 1 })
  try {
    const ofPool = new Session(pool)
    const rows = await Promise.all(Array.from({ length: 50 }, (_, nth) => ofPool.get(DIVIDE, nth * 2, 2, `${nth}`)))
    expect(rows).toEqual(Array.from({ length: 50 }, (_, nth) => ({ result: nth, note: `${nth}` })))
    expect(pool.totalCount).toBe(1)
  } finally {
    await pool.end()
  }
})

test('one that waits for its turn is not harmed by one that is refused meanwhile', async () => {
  const pool = new pg.Pool({ connectionString: inject('postgresUrl'), max: 1 })
  try {
    const ofPool = new Session(pool)
    const sum = statement<{ readonly sum: number }>('sum', 'SELECT sum(n)::int AS sum FROM unnest($1::bigint[]) n')
    const waiting = ofPool.get(DIVIDE, 8, 2, 'waits')
    await expect(ofPool.get(sum, [1, 0.5])).rejects.toThrow('a number of 64 bits is a whole one')
    expect(await waiting).toEqual({ result: 4, note: 'waits' })
    expect(await ofPool.get(sum, [1, 2])).toEqual({ sum: 3 })
  } finally {
    await pool.end()
  }
})
