// Owns the test that whatever is asked of the tables of sources goes by an index, with many workspaces, calls and signals in them.
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Records, records } from '../../queries/records.ts'
import { ReadingDriver } from '../testing/reading-driver.ts'
import { SharedDatabase } from '../testing/test-storage-on-database.ts'
import { PARTITION_KEYS } from './row-keys.ts'

const W = 'workspace-7'
const S = 'source-7'
const PRUNE = { now: 9e12, retentionDaysDefault: 1, rowsMax: 500, after: null }

/** On a machine that has much else to do. */
const SETUP_MS_MAX = 120_000

let database: SharedDatabase

beforeAll(async () => {
  database = await SharedDatabase.make(inject('postgresUrl'), inject('postgresTemplate'))
  await database.client.query(`
    INSERT INTO workspaces (id, name, created_at) SELECT 'workspace-' || i, 'w', 1 FROM generate_series(0, 499) i;
    INSERT INTO sources (workspace_id, id, name, kind, token, sealed, secret_preview, has_api_key, setup, version, created_at, updated_at)
      SELECT 'workspace-' || i % 500, 'source-' || i, 'n', 'retell', 'token-' || i, 's', 'p', 0, '{}', 1, i, 1
      FROM generate_series(0, 1999) i;
    INSERT INTO source_calls (workspace_id, source_id, call_id, kind, state, version, tracked, due_at, created_at, updated_at)
      SELECT 'workspace-' || i % 500, 'source-' || i % 2000, 'call-' || i, 'retell', 'ended', 1, '{}',
        CASE i % 100 WHEN 0 THEN i END, 1, i FROM generate_series(0, 5999) i;
    INSERT INTO source_signals (workspace_id, source_id, dedupe_key, id, call_id, event, received_at, payload)
      SELECT 'workspace-' || i % 500, 'source-' || i % 2000, 'key-' || i, 'id-' || lpad(i::text, 9, '0'), 'call-' || i % 6000, 'e', i, ''
      FROM generate_series(0, 11999) i;
    INSERT INTO refused_requests (workspace_id, source_id, id, received_at, cause, headers, body, unkept)
      SELECT 'workspace-' || i % 500, 'source-' || i % 2000, 'id-' || i, i, 'wrong_secret', '{}', '', 0
      FROM generate_series(0, 3999) i;
    ANALYZE workspaces, sources, source_calls, source_signals, refused_requests`)
}, SETUP_MS_MAX)
afterAll(() => database.drop())

/** Answers what the next statement goes on with, and nothing else. */
function answerTo(sql: string): unknown[] {
  if (sql.startsWith('select count(')) return [{ total: 0, count: 0 }]
  if (sql.includes('"retention_days"')) return [{ workspace_id: W, id: S, deleted_at: 1, retention_days: null }]
  if (sql.startsWith('select "dedupe_key"')) return [{ dedupe_key: 'key-7' }]
  if (sql.startsWith('select "call_id" from "source_calls"')) return [{ call_id: 'call-7' }]
  return []
}

async function asked(
  read: (from: Records) => Promise<unknown>,
): Promise<readonly { sql: string; parameters: readonly unknown[] }[]> {
  const statements: { sql: string; parameters: readonly unknown[] }[] = []
  const driver = new ReadingDriver((sql, parameters) => {
    statements.push({ sql, parameters })
    return answerTo(sql)
  })
  await read(
    records(
      {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      PARTITION_KEYS,
    ),
  )
  return statements
}

const READS: Readonly<Record<string, (from: Records) => Promise<unknown>>> = {
  findSource: (from) => from.findSource(W, S),
  findSourceByToken: (from) => from.findSourceByToken(W, 'token-7'),
  listSources: (from) => from.listSources(W, { page: 1, limit: 20 }),
  lastSignals: (from) => from.lastSignals(W, [S]),
  listRefusedRequests: (from) => from.listRefusedRequests(W, S),
  listSignals: (from) => from.listSignals(W, 'call-7', 100),
  listSignalsOfSource: (from) => from.listSignalsOfSource(W, S, 50),
  summarizeTrackedCalls: (from) => from.summarizeTrackedCalls(W, ['call-7', 'call-507'], 1000),
  listTrackedCalls: (from) => from.listTrackedCalls(W, 'call-7'),
  listDueCalls: (from) => from.listDueCalls(100, 100),
  listSealedSources: (from) => from.listSealedSources({ workspaceId: W, id: S }, 100),
  pruneSources: (from) => from.pruneSources(PRUNE),
}

const TABLES = /\b(sources|source_calls|source_signals|refused_requests)\b/

test.each(Object.entries(READS))('%s reads no table of sources from end to end, and sorts none', async (_, read) => {
  const statements = (await asked(read)).filter(({ sql }) => /^(select|delete)/i.test(sql) && TABLES.test(sql))
  expect(statements.length).toBeGreaterThan(0)
  for (const { sql, parameters } of statements) {
    const { rows } = await database.client.query(`EXPLAIN (COSTS OFF) ${sql}`, [...parameters])
    const plan = rows.map((row) => String(row['QUERY PLAN'])).join('\n')
    expect(plan, sql).not.toMatch(/Seq Scan on (sources|source_calls|source_signals|refused_requests)/)
    // A page of configuration is sorted, and is small.
    if (!sql.includes('from "sources"')) expect(plan, sql).not.toMatch(/Sort Key/)
  }
})

test('what was refused is the one thing of a workspace that an erasure looks through', async () => {
  const { rows } = await database.client.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (COSTS OFF) DELETE FROM refused_requests WHERE workspace_id = '${W}' AND position('x' in body) > 0`,
  )
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('refused_requests_pkey')
})
