// Owns the eleventh version of the tables: webhooks whose events a consumer fetches, and the leases of consumers.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0064-pull-webhooks.md says why.
 * - `pull_webhooks` has their numbers, so that a trigger which runs for each delivery that is queued again need not look for an id:
 *   what consumers fetch is not in `due_webhooks`, which is the claimer's.
 * - A lease of a consumer is a row of its own. The delivery has its token and no `lease_until`, by which nodes take theirs back.
 */
const NOTE = `ON CONFLICT (webhook) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < due_at;`

export const pull: Migration = {
  version: 11,
  name: 'pull',
  sql: `
ALTER TABLE webhooks ADD COLUMN kind TEXT NOT NULL DEFAULT 'push';
CREATE TABLE pull_webhooks (webhook INTEGER PRIMARY KEY) STRICT;
DROP TRIGGER webhooks_numbered;
CREATE TRIGGER webhooks_numbered AFTER INSERT ON webhooks BEGIN
  INSERT OR IGNORE INTO ids (id) VALUES (new.id);
  INSERT INTO pull_webhooks (webhook) SELECT number FROM ids WHERE id = new.id AND new.kind = 'pull';
END;
CREATE TRIGGER pull_webhooks_left AFTER DELETE ON webhooks WHEN old.kind = 'pull' BEGIN
  DELETE FROM pull_webhooks WHERE webhook = (SELECT number FROM ids WHERE id = old.id);
END;

DROP TRIGGER delivery_rows_queued;
CREATE TRIGGER delivery_rows_queued AFTER UPDATE OF next_attempt_at ON delivery_rows
WHEN new.next_attempt_at IS NOT NULL AND new.status = 'queued'
  AND NOT EXISTS (SELECT 1 FROM pull_webhooks p WHERE p.webhook = new.webhook)
BEGIN
  INSERT INTO due_webhooks (webhook, due_at) VALUES (new.webhook, new.next_attempt_at) ${NOTE}
END;
DROP TRIGGER webhooks_switched_on;
CREATE TRIGGER webhooks_switched_on AFTER UPDATE OF is_active ON webhooks
WHEN new.is_active = 1 AND old.is_active = 0 AND new.kind = 'push'
BEGIN
  INSERT INTO due_webhooks (webhook, due_at)
    SELECT d.webhook, d.next_attempt_at FROM ids h CROSS JOIN delivery_rows d INDEXED BY delivery_rows_due
    WHERE h.id = new.id AND d.webhook = h.number AND d.status = 'queued' AND d.next_attempt_at IS NOT NULL
    ORDER BY d.next_attempt_at LIMIT 1 ${NOTE}
END;

CREATE TABLE pull_leases (
  delivery_seq INTEGER PRIMARY KEY,
  webhook INTEGER NOT NULL,
  lease_token TEXT NOT NULL,
  leased_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  request_headers TEXT NOT NULL,
  remote_address TEXT,
  request_key TEXT
) STRICT;
CREATE INDEX pull_leases_of_webhook ON pull_leases (webhook);
CREATE INDEX pull_leases_by_end ON pull_leases (lease_until);
`,
}
