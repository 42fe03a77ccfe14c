// Owns the filling of one workspace of a database file with a great many ended deliveries, as if they had come over 30 days.
// Must never be used on a file that a server has open: it writes without a journal.
import { openDatabase } from '@timbre/server/storage/sqlite/connection/open-database.ts'
import { numberOf } from '@timbre/server/storage/sqlite/schema/id-numbers.ts'

export interface FillWorkspaceOptions {
  readonly file: string
  readonly workspaceId: string
  /** That are there already; the deliveries are shared out among them. */
  readonly webhookIds: readonly string[]
  /** Each event has two; one in twenty has failed. */
  readonly deliveries: number
}

/** One event in a thousand. */
export const RARE_TYPE = 'agent.version.published'
export const EVENTS_PER_CALL = 5
const SPAN_MS = 30 * 24 * 3_600_000
const CHUNK = 100_000

/** The call of the nth event. */
export const callIdOf = (nth: number): string => `call_${String(Math.floor(nth / EVENTS_PER_CALL)).padStart(9, '0')}`

export function fillWorkspace({ file, workspaceId, webhookIds, deliveries }: FillWorkspaceOptions): void {
  const db = openDatabase(file)
  db.exec(
    'PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144',
  )
  db.exec('CREATE TEMP TABLE targets (nth INTEGER PRIMARY KEY, number INTEGER NOT NULL)')
  const target = db.prepare(`INSERT INTO targets SELECT ?, ${numberOf('?')}`)
  for (const [nth, id] of webhookIds.entries()) target.run(nth, id)
  const workspace = db.prepare(`SELECT ${numberOf('?')} AS number`).get(workspaceId)?.['number']
  const base = Number(db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM event_rows').get()?.['seq'])
  const deliveryBase = Number(db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM delivery_rows').get()?.['seq'])
  const events = Math.ceil(deliveries / 2)
  const place = { workspace: Number(workspace), base, deliveryBase, webhooks: webhookIds.length, events }
  for (let from = 1; from <= events; from += CHUNK) {
    db.exec(chunkSql(place, from, Math.min(from + CHUNK - 1, events)))
  }
  db.close()
  // Once more with the server's own settings, which puts the file back into write-ahead mode.
  openDatabase(file).close()
}

interface Place {
  readonly workspace: number
  readonly base: number
  readonly deliveryBase: number
  readonly webhooks: number
  readonly events: number
}

function chunkSql({ workspace, base, deliveryBase, webhooks, events }: Place, from: number, to: number): string {
  const start = Date.now() - SPAN_MS
  const event = `WITH RECURSIVE n (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}), event AS (
    SELECT i, ${start} + CAST(i * ${SPAN_MS / events} AS INTEGER) AS at,
      CASE WHEN i % 1000 = 7 THEN '${RARE_TYPE}' WHEN i % ${EVENTS_PER_CALL} = ${EVENTS_PER_CALL - 1} THEN 'call.completed'
        ELSE 'call.status.updated' END AS type,
      printf('call_%09d', i / ${EVENTS_PER_CALL}) AS call, printf('evt_full%018d', i) AS id,
      CASE i % ${EVENTS_PER_CALL} WHEN 0 THEN 'registered' WHEN ${EVENTS_PER_CALL - 1} THEN 'ended' ELSE 'ongoing' END AS state
    FROM n)`
  const delivery = `${event}, k (k) AS (VALUES (0), (1)), delivery AS (
    SELECT event.*, (i - 1) * 2 + k + 1 AS number, (i * 2 + k) % 20 = 13 AS failed,
      printf('%08x-%04x-7%03x-8000-%012x', at >> 16, at & 65535, (i * 2 + k) & 4095, i * 2 + k) AS delivery_id,
      (SELECT number FROM targets WHERE nth = (i + k * 7) % ${webhooks}) AS webhook FROM event CROSS JOIN k)`
  return `
    BEGIN;
    ${event}
    INSERT INTO event_rows (seq, workspace, id, type, call_id, created_at, accepted_at, delivery_count, body)
    SELECT ${base} + i, ${workspace}, id, type, call, at, at, 2, '{"id":"' || id || '","type":"' || type ||
      '","created_at":"' || strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') || '","data":{"call_id":"' || call ||
      '","call_status":"' || state || '","from_number":"+34600' || printf('%06d', i % 1000000) || '","to_number":"+34910000111"}}'
    FROM event;
    ${delivery}
    INSERT INTO delivery_rows (seq, workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, awaits_turn, succeeded_at, response_status, last_error)
    SELECT ${deliveryBase} + number, ${workspace}, delivery_id, webhook, ${base} + i, type,
      CASE failed WHEN 1 THEN 'failed' ELSE 'success' END, 'automatic', 1, 1, at, at + 40, 0,
      CASE failed WHEN 1 THEN NULL ELSE at + 40 END, CASE failed WHEN 1 THEN 500 ELSE 200 END,
      CASE failed WHEN 1 THEN 'The receiver answered 500.' END FROM delivery;
    ${delivery}
    INSERT INTO attempt_rows (delivery_seq, number, "trigger", started_at, duration_ms, outcome, response_status,
      remote_address, timings, request_headers, response_headers, response_body)
    SELECT ${deliveryBase} + number, 1, 'automatic', at + 5, 35.5, 'answered', CASE failed WHEN 1 THEN 500 ELSE 200 END,
      '127.0.0.1', '{"dns":null,"connect":0.4,"tls":null,"firstByte":34.9}', '{"content-type":"application/json"}', '{}', 'ok' FROM delivery;
    COMMIT;`
}
