// Owns the tests of the statements as plans: none reads a table from end to end, each goes to the rows of its workspace, and a
// claim reads no more of what is due than it takes.
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { backlogSql } from '../../../../../test/support/backlog.ts'
import { TAKE_NUMBERS } from '../accept/insert-events.ts'
import { CLAIM, ClaimDue, DUE_WEBHOOKS } from '../claim/claim-due.ts'
import { COMPLETE_MARKS, MERGE_MARKS, SETTLE_MARKS } from '../claim/due-marks.ts'
import { BACKLOG_OF_WEBHOOK, BACKLOG_OF_WORKSPACE } from '../claim/find-backlog.ts'
import { NEXT_DUE_AT, nextDueAt } from '../claim/next-due-at.ts'
import { RELEASE, RESCUE } from '../claim/rescue-deliveries.ts'
import { END_ATTEMPTS } from '../record/record-attempts.ts'
import { REMOVE_DELIVERIES } from '../remove/event-remover.ts'
import { DUE_COUNT } from '../replay/advance-replay.ts'
import { EXCUSED, everyStatement, TENANT_TABLES } from '../testing/test-statements.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { openHotPool } from '../wire/open-pool.ts'
import { Session } from '../wire/session.ts'
import { dayOf } from './day.ts'

const statements = await everyStatement()
/** Nothing but the tables, and one connection of the hot path. */
async function onEmptyDatabase(look: (pool: pg.Pool, database: SharedDatabase) => Promise<void>): Promise<void> {
  const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  const pool = openHotPool({ url: database.url, name: 'plans' }, 1)
  try {
    await look(pool, database)
  } finally {
    await pool.end()
    await database.drop()
  }
}

const READS_ROWS = /^(?!SELECT pg_|LOCK)/

test.each([END_ATTEMPTS, RELEASE, REMOVE_DELIVERIES, CLAIM])(
  '$name finds the rows of a day that has just begun by their id, without statistics of its own',
  async ({ text }) => {
    await onEmptyDatabase(async (pool) => {
      expect(await planOf(pool, text)).toMatch(/deliveries_d\d+_pkey on \S+ \w+\n\s+Index Cond: .*\(id = /)
    })
  },
)

test('a day of which the planner knows that it was small when it was looked at is not read whole for each result', async () => {
  await onEmptyDatabase(async (pool, database) => {
    await database.client.query(backlogSql('postgres', { workspaceId: 'w', webhookId: 'h', count: 150 }))
    await database.client.query('ANALYZE')
    for (const { text } of [END_ATTEMPTS, RELEASE, REMOVE_DELIVERIES, CLAIM]) {
      expect(await planOf(pool, text)).toMatch(/deliveries_d\d+_pkey on \S+ \w+\n\s+Index Cond: .*\(id = /)
    }
  })
})

test.each([COMPLETE_MARKS, SETTLE_MARKS, NEXT_DUE_AT, DUE_COUNT])(
  '$name is led by the index of what is due',
  async ({ text }) => {
    await onEmptyDatabase(async (pool) => {
      const plan = await planOf(pool, text)
      const { rows } = await pool.query(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'deliveries_due_of_webhook'::regclass`,
      )
      const due = rows.map(({ name }) => String(name))
      const scans = scansOf(plan).filter(({ table }) => table === 'deliveries')
      expect(scans.length).toBeGreaterThan(4)
      expect(scans.filter(({ index, condition }) => !due.includes(index) || condition === '')).toEqual([])
      // It would read all that is due of a webhook to find the first.
      expect(plan).not.toMatch(/Sort\n\s+Sort Key: (?!settled\.)/)
    })
  },
)

test.each([
  [DUE_WEBHOOKS, /due_marks_by_time on due_marks m\n\s+Index Cond: \(due_at <= \$3\)/],
  [MERGE_MARKS, /due_marks_by_time on due_marks\w*( \w+)?\n\s+Index Cond: \(due_at <= \$1\)/],
  [NEXT_DUE_AT, /Limit\n\s+-> {2}Index (Only )?Scan using due_marks_by_time on due_marks/],
] as const)('$0.name begins with the marks whose time comes first', async ({ text }, marks) => {
  await onEmptyDatabase(async (pool) => {
    const plan = await planOf(pool, text)
    expect(plan).toMatch(marks)
    // One webhook, and not all of its workspace.
    expect(plan).not.toContain('webhooks_of_workspace')
  })
})

test('with a retry waiting on each of 5,000 webhooks a claim looks at no delivery, and the next due time at one webhook', async () => {
  await onEmptyDatabase(async (pool, database) => {
    await database.client.query(OTHERS)
    await database.client.query(`
      INSERT INTO events (workspace_id, day, seq, id, type, created_at, accepted_at, delivery_count, body)
      SELECT 'other-' || i % 500, ${dayOf(Date.now())}, i, 'e' || i, 'k', 1, 1, 1, '{}' FROM generate_series(1, 5000) i;
      INSERT INTO deliveries (workspace_id, day, id, webhook_id, event_id, event_seq, event_key,
        status, "trigger", attempts, scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
      SELECT 'other-' || i % 500, ${dayOf(Date.now())}, 'd' || i, 'other-' || i, 'e' || i, i, 'k', 'queued', 'automatic', 3, 3, 1, 1, 5000 + i, 0
      FROM generate_series(1, 5000) i`)
    const session = new Session(pool)
    expect(await session.run(COMPLETE_MARKS)).toBe(5000)
    expect(await session.run(COMPLETE_MARKS)).toBe(0)
    expect(await rowsRead(pool, DUE_WEBHOOKS.text, ['', '', 5000, [], 500, null, null])).toBe(0)
    expect(await rowsRead(pool, MERGE_MARKS.text, [5000])).toBe(0)
    // A mark, its webhook, and the first of its deliveries in whatever partition.
    expect(await rowsRead(pool, NEXT_DUE_AT.text, [])).toBe(3)
    expect(await nextDueAt(session)).toBe(5001)
    const shares = { workspaceDefault: 500, workspaces: [], common: 500, reserve: 0, firstWaitMs: 0 }
    const offer = { token: 't', until: 9e12, limit: 500, capacityDefault: 80, capacity: [], ...shares }
    expect((await new ClaimDue(pool, 'n').run(offer, 5003)).length).toBe(3)
    expect(await nextDueAt(session)).toBe(5004)
  })
})

test.each([false, true])(
  'rescue goes from a lease to its deliveries, never over all that there are (known to be empty: %s)',
  async (isKnown) => {
    await onEmptyDatabase(async (pool, database) => {
      if (isKnown) await database.client.query('ANALYZE')
      const plan = await planOf(pool, RESCUE.text)
      const scans = plan.match(/lease_token_idx\d* on .*\n.*/g) ?? []
      expect(scans.length).toBeGreaterThan(8)
      expect(scans.filter((scan) => !/Index Cond: \(lease_token = l\w*\.token\)/.test(scan))).toEqual([])
      const toLeased = plan.match(/Index Scan using \S+ on deliveries_\S+ d\w*$/gm) ?? []
      expect(toLeased.filter((scan) => !scan.includes('lease_token_idx'))).toEqual([])
    })
  },
)

test('a transaction has its own number before it takes those of its events', async () => {
  await onEmptyDatabase(async (pool) => {
    const numbers: unknown[] = []
    // The pool has one connection.
    // Every 32nd number is logged, which gives the transaction its own anyway.
    for (let transaction = 0; transaction < 3; transaction++) {
      await pool.query('BEGIN')
      numbers.push(...((await new Session(pool).get(TAKE_NUMBERS, 2))?.numbers ?? []))
      const { rows } = await pool.query('SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS "hasOwn"')
      await pool.query('ROLLBACK')
      expect(rows).toEqual([{ hasOwn: true }])
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6])
  })
})

/** How many rows the scans of a statement found. */
async function rowsRead(pool: pg.Pool, text: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`, [...values])
  return rows.reduce((sum, row) => {
    const [, found = 0, loops = 0] = /Scan .*rows=([\d.]+) loops=(\d+)/.exec(row['QUERY PLAN']) ?? []
    return sum + Number(found) * Number(loops)
  }, 0)
}

const SINCE_GENERIC_PLAN = 160_000

/** For no values in particular, as the hot path has it. Before PostgreSQL 16 that is asked for with values that are not there. */
async function planOf(pool: pg.Pool, text: string): Promise<string> {
  const client = await pool.connect()
  try {
    const version = Number((await client.query('SHOW server_version_num')).rows[0]?.server_version_num)
    const { rows } = await client.query(
      version >= SINCE_GENERIC_PLAN ? `EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}` : await executed(client, text),
    )
    return rows.map((row) => String(row['QUERY PLAN'])).join('\n')
  } finally {
    client.release()
  }
}

async function executed(client: pg.PoolClient, text: string): Promise<string> {
  const numbers = [...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
  const values = Array.from({ length: Math.max(0, ...numbers) }, () => 'NULL')
  await client.query(`DEALLOCATE ALL; PREPARE looked_at AS ${text}`)
  return `EXPLAIN (COSTS OFF) EXECUTE looked_at${values.length > 0 ? `(${values.join(', ')})` : ''}`
}

/** How rows of tenants are found: the table, not its partition, and the condition on the index. */
function scansOf(plan: string) {
  const scans = plan.matchAll(/Scan (?:Backward )?using (\S+) on (\S+).*\n(?:\s+Index Cond: (.*))?/g)
  return [...scans]
    .map(([, index = '', relation = '', condition = '']) => ({ index, table: tableOf(relation), condition }))
    .filter(({ table }) => TENANT_TABLES.some((name) => name === table))
}

function tableOf(partition: string): string {
  return partition.replace(/_(d\d+|default|moved)$/, '')
}

/** Many workspaces: of few rows the planner rightly reads all. */
const OTHERS = `
  INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at, updated_at,
      url, secret_preview, sealed_secret, sealed_headers)
    SELECT 'other-' || i % 500, 'other-' || i, 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', '' FROM generate_series(1, 5000) i;
  INSERT INTO subscriptions (workspace_id, id, webhook_id, event_key, is_active, created_at, updated_at)
    SELECT 'other-' || i % 500, 'other-' || i, 'other-' || i % 5000, 't' || i / 5000, 1, 1, 1 FROM generate_series(1, 15000) i;
  INSERT INTO replays (workspace_id, id, webhook_id, since, until, "only", status, matched, matched_is_exact, queued,
      created_at, updated_at)
    SELECT 'other-' || i % 500, 'other-' || i, 'other-' || i, 1, 1, 'all', CASE i % 5 WHEN 0 THEN 'running' ELSE 'finished' END, 1, 1, 1, 1, 1
    FROM generate_series(1, 5000) i;
  ANALYZE webhooks, subscriptions, replays`

describe('with 50,000 deliveries due on one webhook', () => {
  const DUE = 50_000
  const WEBHOOKS = 20
  const W = 'workspace-1'
  let database: SharedDatabase
  let pool: pg.Pool
  const offer = (limit: number, capacityDefault: number) => ({
    token: 't',
    until: 9e12,
    limit,
    capacityDefault,
    capacity: [],
    workspaceDefault: limit,
    common: limit,
    workspaces: [],
    reserve: 0,
    firstWaitMs: 0,
  })
  const addDue = (webhook: number, count: number, from: number) =>
    database.client.query(
      backlogSql('postgres', { workspaceId: W, webhookId: webhookId(webhook), count })
        .replaceAll('evt_backlog-', `evt_${from}-`)
        .replace(`lpad(i::text, 12, '0')`, `lpad((i + ${from})::text, 12, '0')`),
    )
  const claimTime = async () => {
    const times: number[] = []
    for (let round = 0; round < 7; round++) {
      const start = performance.now()
      // Capacity for one delivery of each: the work of finding them, not of leasing them.
      expect((await new ClaimDue(pool, 'n').run(offer(WEBHOOKS, 1), 9e12)).length).toBe(WEBHOOKS)
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[3] ?? Number.NaN
  }

  beforeAll(async () => {
    database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    pool = openHotPool({ url: database.url, name: 'plans' }, 2)
    await database.client.query(OTHERS)
    await database.client.query(`INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count,
        failure_count, created_at, updated_at, url, secret_preview, sealed_secret, sealed_headers)
      SELECT '${W}', 'webhook-' || lpad(i::text, 3, '0'), 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', ''
      FROM generate_series(1, ${WEBHOOKS}) i`)
    for (let webhook = 1; webhook <= WEBHOOKS; webhook++) await addDue(webhook, 20, webhook * 100)
    await new Session(pool).run(COMPLETE_MARKS)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  test('a claim is as quick as with twenty due, deals out fairly, and the next due time is found at once', async () => {
    const before = await claimTime()
    await addDue(7, DUE, 1_000_000)
    await database.client.query(`ANALYZE deliveries_d${dayOf(Date.now())}`)
    // Reading all that are due would cost thousands of times as much.
    expect((await claimTime()) / before).toBeLessThan(50)
    const claimed = await new ClaimDue(pool, 'n').run(offer(100, 80), 9e12)
    expect(claimed.filter((delivery) => delivery.webhookId === webhookId(7)).length).toBeGreaterThan(4)
    expect(new Set(claimed.map((delivery) => delivery.webhookId)).size).toBe(WEBHOOKS)
    expect(await nextDueAt(new Session(pool))).toBeGreaterThan(0)
  })

  /** Small by nature, or read whole because they are wanted whole. */
  const SMALL = /Seq Scan on (nodes|workspaces|leases|pg_\w+|events_seq)/
  test.each(statements.map(({ name, text }) => [name, text] as const).filter(([, text]) => READS_ROWS.test(text)))(
    'the plan of %s reads no table from end to end',
    async (_name, text) => {
      const plan = await planOf(pool, text)
      expect(plan.split('\n').filter((line) => line.includes('Seq Scan on') && !SMALL.test(line))).toEqual([])
    },
  )

  /** They name the workspace, and find what is being sent by the token of its lease: no other index leads there. */
  const BY_LEASE = { [BACKLOG_OF_WEBHOOK.name]: true, [BACKLOG_OF_WORKSPACE.name]: true }
  test.each(statements.map(({ name, text }) => [name, text] as const).filter(([, text]) => READS_ROWS.test(text)))(
    'the plan of %s goes to the rows of the workspace',
    async (name, text) => {
      const excused: readonly string[] = EXCUSED[name]?.tables ?? []
      const scans = scansOf(await planOf(pool, text)).filter(({ table }) => !excused.includes(table))
      const place = name in BY_LEASE ? /workspace_id = |lease_token = / : /workspace_id = /
      expect(scans.filter(({ condition }) => !place.test(condition))).toEqual([])
    },
  )

  test('a claim reads no more rows than it takes, however many are due', async () => {
    await database.client.query(`ANALYZE deliveries_d${dayOf(Date.now())}`)
    const ids = Array.from({ length: WEBHOOKS }, (_, index) => webhookId(index + 1))
    const client = await pool.connect()
    await client.query('BEGIN')
    const values = [ids.map(() => W), ids, ids.map(() => 3), 9e12, 'token', 9e12, 'n']
    const { rows } = await client.query(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${CLAIM.text}`, values)
    await client.query('ROLLBACK')
    client.release()
    const counted = /Index Scan .* on deliveries_\S+ .*rows=([\d.]+) loops=(\d+)/
    const total = rows.reduce((sum, row) => {
      const [, found = 0, loops = 0] = counted.exec(row['QUERY PLAN']) ?? []
      return sum + Number(found) * Number(loops)
    }, 0)
    // Each once by its place among those that are due, and once by its id.
    expect(total).toBeGreaterThan(0)
    expect(total).toBeLessThanOrEqual(WEBHOOKS * 3 * 2)
  })

  function webhookId(nth: number): string {
    return `webhook-${String(nth).padStart(3, '0')}`
  }
})
