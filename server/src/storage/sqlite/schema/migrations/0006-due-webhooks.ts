// Owns the sixth version of the tables: which webhooks have something due is known without looking at each that has something
// queued. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0050-claims-cost-what-is-due.md says why.
 * - `due_at` is never later than the first queued delivery of the webhook is due. It may be earlier, or be that of a webhook
 *   that is not active: who looks corrects it (`due-webhooks.ts`).
 * - The triggers know of every delivery that is queued again, whoever does it. A new one is noted by its insert: a trigger
 *   would cost those that are leased at once too, and on them no column decides.
 */
const NOTE = `ON CONFLICT (webhook) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < due_at;`

export const dueWebhooks: Migration = {
  version: 6,
  name: 'due webhooks',
  needsCare: true,
  sql: `
CREATE TABLE due_webhooks (webhook INTEGER PRIMARY KEY, due_at INTEGER NOT NULL) STRICT;
INSERT INTO due_webhooks (webhook, due_at)
  SELECT webhook, min(next_attempt_at) FROM delivery_rows INDEXED BY delivery_rows_due
  WHERE status = 'queued' AND next_attempt_at IS NOT NULL GROUP BY webhook;
CREATE INDEX due_webhooks_by_time ON due_webhooks (due_at);
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('due_webhooks', 'due_webhooks_by_time', '20000 1');
ANALYZE sqlite_schema;

CREATE TRIGGER delivery_rows_queued AFTER UPDATE OF next_attempt_at ON delivery_rows
WHEN new.next_attempt_at IS NOT NULL AND new.status = 'queued'
BEGIN
  INSERT INTO due_webhooks (webhook, due_at) VALUES (new.webhook, new.next_attempt_at) ${NOTE}
END;
CREATE TRIGGER webhooks_switched_on AFTER UPDATE OF is_active ON webhooks WHEN new.is_active = 1 AND old.is_active = 0
BEGIN
  INSERT INTO due_webhooks (webhook, due_at)
    SELECT d.webhook, d.next_attempt_at FROM ids h CROSS JOIN delivery_rows d INDEXED BY delivery_rows_due
    WHERE h.id = new.id AND d.webhook = h.number AND d.status = 'queued' AND d.next_attempt_at IS NOT NULL
    ORDER BY d.next_attempt_at LIMIT 1 ${NOTE}
END;
`,
}
