// Owns the tests of the hot statements as texts and as plans: each names the workspace of every row it touches, so that a
// distributed PostgreSQL can keep workspaces apart; none reads a table from end to end.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { backlogSql } from '../../../../test/support/backlog.ts'
import { CLAIM, ClaimDue, DUE_WEBHOOKS } from './claim-due.ts'
import { REMOVE_DELIVERIES } from './event-remover.ts'
import { nextDueAt } from './next-due-at.ts'
import { openHotPool } from './open-pool.ts'
import { END_ATTEMPTS } from './record-attempts.ts'
import { RELEASE, RESCUE } from './rescue-deliveries.ts'
import { Session } from './session.ts'
import type { Statement } from './statement.ts'
import { SharedDatabase } from './test-storage-on-database.ts'

/** What cannot know the workspace, and why that is so by its nature. */
const OF_ALL_WORKSPACES: Readonly<Record<string, string>> = {
  due_webhooks: 'a claim asks who has something due, in whatever workspace',
  claim: 'the webhooks that were found are given by their ids; everything joined to them is of their workspace',
  next_due_at: 'a node sleeps until anything is due',
  due_count: 'how much of one webhook is due, found by the index that claims use',
  rescue: 'a node that died held deliveries of any workspace, found by the token of the lease',
  take_back: 'a commit of which nobody knows may have leased deliveries of any workspace',
  end_orphans: 'deleted webhooks are looked for in all workspaces; everything joined to them is of their workspace',
  webhooks_to_judge: 'failing webhooks are looked for in all workspaces',
  running: 'replays run in whatever workspace they were asked for; their webhooks are of their workspace',
  take_replay: 'a replay is taken by its id, as `running` gave it',
  is_new: 'a replay is taken by its id, as `running` gave it',
  next_workspace: 'a sweep goes from workspace to workspace',
  longest_retention: 'a day is dropped for all workspaces at once',
  unfinished_of_day: 'a day is dropped for all workspaces at once',
  remove_ids_of_day: 'a day is dropped for all workspaces at once, its ids in order of workspace',
}

const TABLES =
  'events|deliveries|attempts|event_ids|webhooks|subscriptions|replays|idempotency_keys|audit_entries|workspaces'

const statements = await everyStatement()

async function everyStatement(): Promise<Statement<unknown>[]> {
  const directory = fileURLToPath(new URL('.', import.meta.url))
  const files = readdirSync(directory).filter((file) => file.endsWith('.ts') && !/test/.test(file))
  const modules: Record<string, unknown>[] = await Promise.all(files.map((file) => import(`${directory}${file}`)))
  return modules.flatMap((module) => Object.values(module)).filter(isStatement)
}

function isStatement(value: unknown): value is Statement<unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && 'text' in value
}

/** The tables of which a statement reads or writes rows without naming their workspace. */
function tablesWithoutWorkspace(text: string): string[] {
  const mentions = text.matchAll(
    new RegExp(
      `\\b(INSERT INTO|DELETE FROM|UPDATE|FROM|JOIN|USING) (${TABLES})\\b(?: (?!WHERE|SET|ON|ORDER|CROSS|LEFT|JOIN|USING)(\\w+))?`,
      'g',
    ),
  )
  return [...mentions].flatMap(([, verb, table = '', alias]) => {
    if (verb === 'INSERT INTO') return new RegExp(`INSERT INTO ${table} \\(workspace_id`).test(text) ? [] : [table]
    const column = alias === undefined ? '(?<!\\.)workspace_id' : `\\b${alias}\\.workspace_id`
    const isNamed = new RegExp(`${column} =|= ${column}\\b`).test(text)
    return isNamed ? [] : [table]
  })
}

describe('every hot statement', () => {
  test('has a name of its own', () => {
    const names = statements.map(({ name }) => name)
    expect(names.length).toBeGreaterThan(40)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test.each(statements.map(({ name, text }) => [name, text] as const))(
    '%s names the workspace, or is listed with its reason',
    (name, text) => {
      if (!(name in OF_ALL_WORKSPACES)) expect(tablesWithoutWorkspace(text)).toEqual([])
    },
  )

  test('is not excused without being there', () => {
    const names = new Set(statements.map(({ name }) => name))
    expect(Object.keys(OF_ALL_WORKSPACES).filter((name) => !names.has(name))).toEqual([])
  })
})

test.each([END_ATTEMPTS, RELEASE, REMOVE_DELIVERIES, CLAIM])(
  '$name finds the rows of a day that has just begun by their id, without statistics of its own',
  async ({ text }) => {
    const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    const pool = openHotPool({ url: database.url, name: 'plans' }, 1)
    try {
      if (!(await canExplain(pool))) return
      const { rows } = await pool.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`)
      const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
      expect(plan).toMatch(/deliveries_d\d+_pkey on \S+ \w+\n\s+Index Cond: .*\(id = /)
    } finally {
      await pool.end()
      await database.drop()
    }
  },
)

test('whose turn it is with something due is found by the index of what is due', async () => {
  const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  const pool = openHotPool({ url: database.url, name: 'plans' }, 1)
  try {
    if (!(await canExplain(pool))) return
    const { rows } = await pool.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${DUE_WEBHOOKS.text}`)
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    const scans = plan.match(/Scan using \S+ on deliveries_d.*\n.*/g) ?? []
    expect(scans.length).toBeGreaterThan(8)
    expect(scans.filter((scan) => !/webhook_id_next_attempt_at_seq_idx\d* on .*\n\s+Index Cond: /.test(scan))).toEqual(
      [],
    )
  } finally {
    await pool.end()
    await database.drop()
  }
})

test('rescue goes from a lease to its deliveries, never over all that there are', async () => {
  const database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  const pool = openHotPool({ url: database.url, name: 'plans' }, 1)
  try {
    if (!(await canExplain(pool))) return
    const { rows } = await pool.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${RESCUE.text}`)
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    const scans = plan.match(/lease_token_idx\d* on .*\n.*/g) ?? []
    expect(scans.length).toBeGreaterThan(8)
    expect(scans.filter((scan) => !/Index Cond: \(lease_token = l\w*\.token\)/.test(scan))).toEqual([])
  } finally {
    await pool.end()
    await database.drop()
  }
})

let hasSaidWhy = false

/** EXPLAIN without values is there from PostgreSQL 16 on. */
async function canExplain(pool: pg.Pool): Promise<boolean> {
  const isNew = Number((await pool.query('SHOW server_version_num')).rows[0]?.server_version_num) >= 160_000
  if (!isNew && !hasSaidWhy) process.stdout.write('Plans are not looked at: this PostgreSQL is older than 16.\n')
  hasSaidWhy = true
  return isNew
}

describe('with 50,000 deliveries due on one webhook', () => {
  const DUE = 50_000
  const WEBHOOKS = 20
  const W = 'workspace-1'
  let database: SharedDatabase
  let pool: pg.Pool
  const offer = (limit: number, roomDefault: number) => ({
    token: 't',
    until: 9e12,
    limit,
    roomDefault,
    room: [],
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
      // Room for one delivery of each: the work of finding them, not of leasing them.
      expect((await new ClaimDue(pool, 'n').run(offer(WEBHOOKS, 1), 9e12)).length).toBe(WEBHOOKS)
      times.push(performance.now() - start)
    }
    return times.sort((a, b) => a - b)[3] ?? Number.NaN
  }

  beforeAll(async () => {
    database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
    pool = openHotPool({ url: database.url, name: 'plans' }, 2)
    await database.client.query(`INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count,
        failure_count, created_at, updated_at, url, secret_preview, sealed_secret, sealed_headers)
      SELECT '${W}', 'webhook-' || lpad(i::text, 3, '0'), 1, 'none', 1, 0, 0, 1, 1, 'u', '', '', ''
      FROM generate_series(1, ${WEBHOOKS}) i`)
    for (let webhook = 1; webhook <= WEBHOOKS; webhook++) await addDue(webhook, 20, webhook * 100)
  })
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })

  test('a claim is as quick as with twenty due, deals out fairly, and the next due time is found at once', async () => {
    const before = await claimTime()
    await addDue(7, DUE, 1_000_000)
    await database.client.query('ANALYZE deliveries')
    expect((await claimTime()) / before).toBeLessThan(5)
    const claimed = await new ClaimDue(pool, 'n').run(offer(100, 80), 9e12)
    expect(claimed.filter((delivery) => delivery.webhookId === webhookId(7)).length).toBeGreaterThan(4)
    expect(new Set(claimed.map((delivery) => delivery.webhookId)).size).toBe(WEBHOOKS)
    const start = performance.now()
    expect(await nextDueAt(new Session(pool))).toBeGreaterThan(0)
    expect(performance.now() - start).toBeLessThan(100)
  })

  /** Small by nature, or read whole because they are wanted whole. */
  const SMALL = /Seq Scan on (nodes|workspaces|leases|pg_\w+|events_seq)/
  test.each(
    statements.map(({ name, text }) => [name, text] as const).filter(([, text]) => !/^(SELECT pg_|LOCK)/.test(text)),
  )('the plan of %s reads no table from end to end', async (_name, text) => {
    if (!(await canExplain(pool))) return
    const { rows } = await pool.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`)
    const plan = rows.map((row) => String(row['QUERY PLAN']))
    const scans = plan.filter((line) => line.includes('Seq Scan on') && !SMALL.test(line))
    expect(scans, plan.join('\n')).toEqual([])
  })

  function webhookId(nth: number): string {
    return `webhook-${String(nth).padStart(3, '0')}`
  }
})
