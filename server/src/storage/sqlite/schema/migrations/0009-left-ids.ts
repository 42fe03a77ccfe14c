// Owns the ninth version of the tables: numbers of what was deleted are known, so that they can go with the last row that has them.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0052-what-deletion-leaves.md says why. A delivery outlives its subscription and has its number; no later delivery
 * has it, so that the number may go when the webhook has none left from before. Of subscriptions that were deleted earlier it is not known
 * which webhook they were of: their numbers stay.
 */
export const leftIds: Migration = {
  version: 9,
  name: 'left ids',
  sql: `
CREATE TABLE ids_left (
  number INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL,
  webhook_id TEXT NOT NULL,
  last_delivery INTEGER NOT NULL
) STRICT;
CREATE TRIGGER subscriptions_left AFTER DELETE ON subscriptions BEGIN
  INSERT OR IGNORE INTO ids_left (number, workspace_id, webhook_id, last_delivery)
    SELECT number, old.workspace_id, old.webhook_id, coalesce((SELECT max(seq) FROM delivery_rows), 0)
    FROM ids WHERE id = old.id;
END;
CREATE TRIGGER webhooks_left AFTER DELETE ON webhooks BEGIN
  INSERT OR IGNORE INTO ids_left (number, workspace_id, webhook_id, last_delivery)
    SELECT number, old.workspace_id, old.id, coalesce((SELECT max(seq) FROM delivery_rows), 0)
    FROM ids WHERE id = old.id;
END;
`,
}
