// Owns the ninth version of the tables: which webhooks have something due is known without looking at each that has something
// queued. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0050-claims-cost-what-is-due.md says why; `due-marks.ts` says what a mark promises.
 * - The id makes equal marks of two transactions two rows: neither waits for the other.
 * - A program of an older version makes no marks for what it queues. It claims without them, and what it leaves is found by
 *   those that do (`complete_marks`), which also makes the first marks of all.
 * - Whatever switches a webhook on, its queue is known again.
 */
export const dueMarks: Migration = {
  version: 9,
  name: 'due marks',
  compatibleFrom: 7,
  sql: `
CREATE TABLE due_marks (
  workspace_id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  due_at bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (workspace_id, webhook_id, due_at, id)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
CREATE INDEX due_marks_by_time ON due_marks (due_at, workspace_id, webhook_id);

CREATE FUNCTION webhook_switched_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO due_marks (workspace_id, webhook_id, due_at)
    SELECT d.workspace_id, d.webhook_id, d.next_attempt_at FROM deliveries d
    WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.workspace_id = NEW.workspace_id
      AND d.webhook_id = NEW.id
    ORDER BY d.workspace_id, d.webhook_id, d.next_attempt_at, d.seq LIMIT 1;
  RETURN NULL;
END $$;
CREATE TRIGGER webhook_switched_on AFTER UPDATE ON webhooks FOR EACH ROW
  WHEN (OLD.is_active = 0 AND NEW.is_active = 1) EXECUTE FUNCTION webhook_switched_on();
`,
}
