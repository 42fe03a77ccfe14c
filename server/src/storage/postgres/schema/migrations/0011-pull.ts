// Owns the eleventh version of the tables: webhooks whose events a consumer fetches, and the leases of consumers.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0064-pull-webhooks.md says why. A program of an older version takes every webhook for one of kind `push`: none of kind
 * `pull` is made while one is running.
 */
export const pull: Migration = {
  version: 11,
  name: 'pull',
  compatibleFrom: 7,
  sql: `
ALTER TABLE webhooks ADD COLUMN kind text NOT NULL DEFAULT 'push';
CREATE TABLE pull_leases (
  workspace_id text COLLATE "C" NOT NULL,
  day int NOT NULL,
  delivery_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  lease_token text COLLATE "C" NOT NULL,
  leased_at bigint NOT NULL,
  lease_until bigint NOT NULL,
  request_headers text NOT NULL,
  remote_address text,
  request_key text COLLATE "C",
  PRIMARY KEY (workspace_id, delivery_id)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX pull_leases_of_webhook ON pull_leases (workspace_id, webhook_id);
CREATE INDEX pull_leases_by_end ON pull_leases (lease_until);
`,
}
