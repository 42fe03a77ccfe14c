// Owns a backlog: a great many due deliveries put straight into the database of a Timbre that is not running.
import { dayOf } from '@timbre/server/storage/postgres/schema/day.ts'
import { numberOf } from '@timbre/server/storage/sqlite/schema/id-numbers.ts'

export interface Backlog {
  readonly workspaceId: string
  readonly webhookId: string
  /** How many deliveries, each of an event of its own, all due now. */
  readonly count: number
}

const BODY = `'{"id":"evt_backlog-' || i || '","type":"call.completed","created_at":"2026-01-01T00:00:00.000Z","data":{"call_id":"c"}}'`

/** The statements that make it. */
export function backlogSql(backend: 'sqlite' | 'postgres', backlog: Backlog): string {
  return backend === 'sqlite' ? onSqlite(backlog, Date.now()) : onPostgres(backlog, Date.now())
}

function onSqlite({ workspaceId, webhookId, count }: Backlog, now: number): string {
  return `
    PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO event_rows (workspace, id, type, created_at, accepted_at, delivery_count, body)
    SELECT ${numberOf(`'${workspaceId}'`)}, 'evt_backlog-' || i, 'call.completed', ${now}, ${now}, 1, ${BODY} FROM n;
    INSERT INTO delivery_rows (workspace, id, webhook, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT workspace, printf('00000000-0000-7000-8000-%012d', substr(id, 13)), ${numberOf(`'${webhookId}'`)}, seq, type,
      'queued', 'automatic', 0, 0, ${now}, ${now}, ${now}, 0 FROM event_rows WHERE id GLOB 'evt_backlog-*';
    COMMIT;`
}

function onPostgres({ workspaceId, webhookId, count }: Backlog, now: number): string {
  const day = dayOf(now)
  const time = now.toString(16).padStart(12, '0')
  const id = `'${time.slice(0, 8)}-${time.slice(8)}-7000-8000-' || lpad(i::text, 12, '0')`
  return `
    WITH ids AS (
      INSERT INTO event_ids (workspace_id, id, day, seq)
      SELECT '${workspaceId}', 'evt_backlog-' || i, ${day}, nextval('events_seq') FROM generate_series(1, ${count}) i
      RETURNING id, seq, substring(id FROM '\\d+$')::int AS i),
    made AS (
      INSERT INTO events (workspace_id, day, seq, id, type, created_at, accepted_at, delivery_count, body)
      SELECT '${workspaceId}', ${day}, seq, id, 'call.completed', ${now}, ${now}, 1, ${BODY} FROM ids)
    INSERT INTO deliveries (workspace_id, day, id, webhook_id, event_id, event_seq, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT '${workspaceId}', ${day}, ${id}, '${webhookId}', id, seq, 'call.completed', 'queued', 'automatic', 0, 0,
      ${now}, ${now}, ${now}, 0 FROM ids`
}
