// Owns the eighth version of the tables: nodes are told when a key is revoked or an event type is changed. Must never be edited once
// released: a later change is a later migration.
import type { Migration } from './migration.ts'

/**
 * By triggers, as for webhooks (migration 1), so that nodes of the version before, which know nothing of it, tell the others too.
 * The index is for the list of workspaces, newest first: without it each page sorts all of them.
 */
export const changesAreTold: Migration = {
  version: 8,
  name: 'changes are told',
  compatibleFrom: 7,
  sql: `
CREATE FUNCTION api_key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('timbre_api_key', NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER api_key_changed AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at) EXECUTE FUNCTION api_key_changed();

CREATE FUNCTION event_type_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM pg_notify('timbre_event_type', OLD.workspace_id || ' ' || OLD.key);
  ELSE
    PERFORM pg_notify('timbre_event_type', NEW.workspace_id || ' ' || NEW.key);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_type_changed AFTER INSERT OR UPDATE OR DELETE ON event_types
  FOR EACH ROW EXECUTE FUNCTION event_type_changed();

CREATE INDEX workspaces_by_time ON workspaces (created_at, id);
`,
}
