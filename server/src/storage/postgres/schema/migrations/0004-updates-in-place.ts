// Owns the fourth version of the tables: a delivery that succeeds at once is updated in place (HOT), without a word to any index.
// Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0022-updates-in-place.md says why. No index may mention what a first success changes: status, updated_at,
 * attempts, lease_until, lease_node, response_status, succeeded_at.
 * - queued is: due, or awaiting a turn. IS TRUE: a statement that only asks what is due must not be led there, but by the
 *   index of due ones. failed is: an error, and nothing to come.
 * - sending has no index: `leases` has a row for each batch of them, and the token, which a success keeps, leads to the
 *   deliveries of one. Not a partial index: the planner would take it for an empty one and read it whole.
 * A program of an older version writes no rows there, so that what it holds would not be reclaimed when it is killed.
 */
export const updatesInPlace: Migration = {
  version: 4,
  name: 'updates in place',
  compatibleFrom: 4,
  needsCare: true,
  sql: `
CREATE TABLE leases (
  token text COLLATE "C" NOT NULL,
  node text COLLATE "C" NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (token, node)
);
INSERT INTO leases (token, node, until)
  SELECT lease_token, lease_node, max(lease_until) FROM deliveries
  WHERE status <> 'success' AND status = 'sending' AND lease_token IS NOT NULL AND lease_node IS NOT NULL GROUP BY 1, 2;
UPDATE deliveries SET last_error = 'The delivery failed.'
  WHERE status <> 'success' AND status = 'failed' AND last_error IS NULL;

DROP INDEX deliveries_unfinished;
DROP INDEX deliveries_left_of_webhook;
DROP INDEX deliveries_due;
DROP INDEX deliveries_in_call;
CREATE INDEX deliveries_queued ON deliveries (workspace_id, seq)
  WHERE (next_attempt_at IS NOT NULL OR awaits_turn = 1) IS TRUE;
CREATE INDEX deliveries_queued_of_webhook ON deliveries (workspace_id, webhook_id, seq)
  WHERE (next_attempt_at IS NOT NULL OR awaits_turn = 1) IS TRUE;
CREATE INDEX deliveries_failed ON deliveries (workspace_id, seq)
  WHERE last_error IS NOT NULL AND next_attempt_at IS NULL AND awaits_turn = 0;
CREATE INDEX deliveries_failed_of_webhook ON deliveries (workspace_id, webhook_id, seq)
  WHERE last_error IS NOT NULL AND next_attempt_at IS NULL AND awaits_turn = 0;
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_attempt_at, seq) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_in_call ON deliveries (workspace_id, webhook_id, order_key, awaits_turn, seq)
  WHERE order_key IS NOT NULL;
CREATE INDEX deliveries_leased ON deliveries (lease_token);

DO $$ DECLARE part regclass; BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'deliveries'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (fillfactor = 50)', part);
  END LOOP;
END $$;
`,
}
