// Owns a backlog: a great many due deliveries put straight into the file of a Timbre that is not running.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Backlog {
  readonly dataDir: string
  readonly workspaceId: string
  readonly webhookId: string
  /** How many deliveries, each of an event of its own, all due now. */
  readonly count: number
}

export function addBacklog({ dataDir, workspaceId, webhookId, count }: Backlog): void {
  const db = new DatabaseSync(join(dataDir, 'timbre.db'))
  const now = Date.now()
  db.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; BEGIN;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO events (workspace_id, id, type, created_at, accepted_at, delivery_count, body)
    SELECT '${workspaceId}', 'evt_backlog-' || i, 'call.completed', ${now}, ${now}, 1,
      '{"id":"evt_backlog-' || i || '","type":"call.completed","created_at":"2026-01-01T00:00:00.000Z","data":{"call_id":"c"}}' FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO deliveries (workspace_id, id, webhook_id, event_id, event_key, status, "trigger", attempts,
      scheduled_attempts, created_at, updated_at, next_attempt_at, awaits_turn)
    SELECT '${workspaceId}', printf('00000000-0000-7000-8000-%012d', i), '${webhookId}', 'evt_backlog-' || i, 'call.completed',
      'queued', 'automatic', 0, 0, ${now}, ${now}, ${now}, 0 FROM n;
    COMMIT;`)
  db.close()
}
