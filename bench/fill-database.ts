// Owns the filling of a database file with a great many rows, as if they had come over 30 days, in a few minutes.
// Must never be used on a file that a server has open: it writes without a journal.
import type { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '@timbre/server/storage/sqlite/connection/open-database.ts'
import { numberOf } from '@timbre/server/storage/sqlite/schema/id-numbers.ts'
import { migrate } from '@timbre/server/storage/sqlite/schema/migrations.ts'

export interface FillOptions {
  readonly file: string
  /** Deliveries that have ended, 95 % of them in success; half as many events, as many attempts. */
  readonly kept: number
  /** Deliveries that are due now, each of an event of its own, to one webhook that must be there. */
  readonly due?: { readonly count: number; readonly workspaceId: string; readonly webhookId: string }
  log(line: string): void
}

export const WORKSPACES = 20
export const WEBHOOKS_PER_WORKSPACE = 25
/** Of the rows that are kept. One event in a thousand is of the rare type, the others share the rest. */
export const TYPES = ['call.started', 'call.completed', 'call.status.updated', 'recording.ready'] as const
export const RARE_TYPE = 'agent.version.published'
export const DAY_MS = 24 * 3600 * 1000
const SPAN_MS = 30 * DAY_MS
const CHUNK = 500_000
const DELIVERIES_PER_EVENT = 2

export const workspaceId = (index: number): string => `00000000-0000-7000-8000-0000000000${hex(index)}`
export const webhookId = (workspace: number, index: number): string =>
  `00000000-0000-7000-8000-00000000${hex(workspace)}${hex(index)}`

/**
 * Adds the rows to a new or an existing file and leaves it as the server would open it. Indexes are dropped before and
 * made again after, because sorting once is many times faster than 10 million insertions.
 */
export function fillDatabase({ file, kept, due, log }: FillOptions): void {
  const startedAt = performance.now()
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`
  const db = openDatabase(file)
  migrate(db, Date.now())
  db.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA threads = 2')
  db.exec('PRAGMA cache_size = -262144; PRAGMA temp_store = FILE; PRAGMA foreign_keys = OFF')
  const indexes = kept > 0 ? dropIndexes(db) : []
  if (kept > 0) addWebhooks(db)
  const events = Math.ceil(kept / DELIVERIES_PER_EVENT)
  const base = lastSequence(db, 'event_rows')
  const deliveryBase = lastSequence(db, 'delivery_rows')
  for (let from = 1; from <= events; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, events)
    addKept(db, { from, to, of: events, base, deliveryBase })
    log(`${to * DELIVERIES_PER_EVENT} deliveries kept, ${seconds()}`)
  }
  for (const sql of indexes) db.exec(sql)
  if (kept > 0) db.exec('INSERT INTO sqlite_stat1 SELECT * FROM temp.statistics; DROP TABLE temp.statistics')
  if (due !== undefined) addDue(db, due)
  db.close()
  // Once more with the server's own settings, which puts the file back into write-ahead mode.
  openDatabase(file).close()
  log(`filled in ${seconds()}`)
}

function hex(number: number): string {
  return number.toString(16).padStart(2, '0')
}

function dropIndexes(db: DatabaseSync): string[] {
  const indexes = db
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
      AND tbl_name IN ('event_rows', 'delivery_rows', 'attempt_rows')`)
    .all()
  // What the planner was told of an index goes with it.
  db.exec(
    `CREATE TEMP TABLE statistics AS SELECT * FROM sqlite_stat1 WHERE tbl IN ('event_rows', 'delivery_rows', 'attempt_rows')`,
  )
  for (const { name } of indexes) db.exec(`DROP INDEX ${String(name)}`)
  return indexes.map(({ sql }) => String(sql))
}

function lastSequence(db: DatabaseSync, table: 'event_rows' | 'delivery_rows'): number {
  return Number(db.prepare(`SELECT coalesce(max(seq), 0) AS seq FROM ${table}`).get()?.['seq'])
}

function addWebhooks(db: DatabaseSync): void {
  const workspace = db.prepare('INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, 1)')
  const webhook = db.prepare(`
    INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
      updated_at, url, secret_preview, sealed_secret, sealed_headers)
    VALUES (?, ?, 1, 'none', 1, 0, 0, 1, 1, 'https://127.0.0.1/', '', '', '')`)
  const subscription = db.prepare('INSERT INTO subscriptions VALUES (?, ?, ?, ?, 1, 1, 1)')
  for (let w = 0; w < WORKSPACES; w++) {
    workspace.run(workspaceId(w), `Workspace ${w}`)
    for (let h = 0; h < WEBHOOKS_PER_WORKSPACE; h++) {
      webhook.run(workspaceId(w), webhookId(w, h))
      subscription.run(workspaceId(w), `${webhookId(w, h)}s`, webhookId(w, h), `bench.type.${h}`)
    }
  }
}

interface Chunk {
  readonly from: number
  readonly to: number
  readonly of: number
  readonly base: number
  readonly deliveryBase: number
}

/** Times rise with the number; four events share a call, whose id is scattered as a random one is. */
const eventColumns = (start: number, of: number) => `
  i, ${start} + CAST(i * ${SPAN_MS / of} AS INTEGER) AS at, i % ${WORKSPACES} AS w,
  CASE WHEN (i / ${WORKSPACES}) % 1000 = 7 THEN '${RARE_TYPE}' ELSE
    CASE (i / ${WORKSPACES}) % 4 ${TYPES.map((type, index) => `WHEN ${index} THEN '${type}'`).join(' ')} END END AS type,
  printf('call_%08x%08x', ((i / ${4 * WORKSPACES} * ${WORKSPACES} + i % ${WORKSPACES}) * 2654435761) & 4294967295, i / ${4 * WORKSPACES}) AS call`

const WORKSPACE = numberOf(`printf('00000000-0000-7000-8000-%012x', w)`)
const WEBHOOK_ID = `printf('00000000-0000-7000-8000-00000000%02x%02x', w, (i / ${WORKSPACES} + k * 11) % ${WEBHOOKS_PER_WORKSPACE})`
const EVENT_ID = `printf('evt_%010X%016X', at, i)`

function addKept(db: DatabaseSync, { from, to, of, base, deliveryBase }: Chunk): void {
  const start = Date.now() - SPAN_MS + 3600_000
  const rows = `WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}),
    event AS (SELECT ${eventColumns(start, of)} FROM n)`
  const deliveries = `${rows}, k (k) AS (VALUES (0), (1)), delivery AS (
    SELECT *, (i - 1) * ${DELIVERIES_PER_EVENT} + k + 1 AS number, (i / ${WORKSPACES} * ${DELIVERIES_PER_EVENT} + k) % 20 = 13 AS failed,
      printf('%08x-%04x-7%03x-8000-%012x', at >> 16, at & 65535, (i * ${DELIVERIES_PER_EVENT} + k) & 4095,
        i * ${DELIVERIES_PER_EVENT} + k) AS id FROM event CROSS JOIN k)`
  db.exec(`
    BEGIN;
    ${rows}
    INSERT INTO event_rows (seq, workspace, id, type, call_id, created_at, accepted_at, delivery_count, body)
    SELECT ${base} + i, ${WORKSPACE}, ${EVENT_ID}, type, call, at, at, ${DELIVERIES_PER_EVENT},
      '{"id":"' || ${EVENT_ID} || '","type":"' || type || '","data":{"call_id":"' || call || '","text":"${'x'.repeat(80)}"}}'
    FROM event;
    ${deliveries}
    INSERT INTO delivery_rows (seq, workspace, id, webhook, subscription, event_seq, event_key, status, "trigger",
      attempts, scheduled_attempts, created_at, updated_at, awaits_turn, succeeded_at, response_status, last_error)
    SELECT ${deliveryBase} + number, ${WORKSPACE}, id, ${numberOf(WEBHOOK_ID)}, ${numberOf(`${WEBHOOK_ID} || 's'`)},
      ${base} + i, type, CASE failed WHEN 1 THEN 'failed' ELSE 'success' END, 'automatic', 1, 1, at, at + 40, 0,
      CASE failed WHEN 1 THEN NULL ELSE at + 40 END, CASE failed WHEN 1 THEN 500 ELSE 200 END,
      CASE failed WHEN 1 THEN 'The receiver answered 500.' END FROM delivery;
    ${deliveries}
    INSERT INTO attempt_rows (delivery_seq, number, "trigger", started_at, duration_ms, outcome,
      response_status, remote_address, timings, request_headers, response_headers, response_body)
    SELECT ${deliveryBase} + number, 1, 'automatic', at + 5, 35.5, 'answered', CASE failed WHEN 1 THEN 500 ELSE 200 END,
      '127.0.0.1', '{"dnsMs":0.1,"connectMs":0.4}', '{"content-type":"application/json"}', '{}', 'ok' FROM delivery;
    COMMIT;`)
}

function addDue(
  db: DatabaseSync,
  { count, workspaceId: workspace, webhookId: webhook }: NonNullable<FillOptions['due']>,
) {
  const now = Date.now()
  const base = lastSequence(db, 'event_rows')
  const rows = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}),
    event AS (SELECT i, ${now} AS at FROM n)`
  db.exec(`
    BEGIN;
    ${rows}
    INSERT INTO event_rows (seq, workspace, id, type, call_id, created_at, accepted_at, delivery_count, body)
    SELECT ${base} + i, ${numberOf(`'${workspace}'`)}, ${EVENT_ID}, 'call.completed', printf('call_%08x', i), at, at, 1,
      '{"id":"' || ${EVENT_ID} || '","type":"call.completed","data":{"call_id":"c","text":"${'x'.repeat(80)}"}}' FROM event;
    ${rows}
    INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT ${numberOf(`'${workspace}'`)}, printf('%08x-%04x-7fff-8001-%012x', at >> 16, at & 65535, i),
      ${numberOf(`'${webhook}'`)}, ${base} + i,
      'call.completed', 'queued', 'automatic', 0, 0, at, at, at, 0 FROM event;
    COMMIT;`)
}

if (import.meta.main) {
  const [file, kept, due] = process.argv.slice(2)
  if (file === undefined) throw new Error('node bench/fill-database.ts FILE KEPT [DUE]')
  const target = { workspaceId: workspaceId(0), webhookId: webhookId(0, 0) }
  fillDatabase({
    file,
    kept: Number(kept ?? 1_000_000),
    ...(due === undefined ? {} : { due: { ...target, count: Number(due) } }),
    log: (line) => console.log(line),
  })
}
