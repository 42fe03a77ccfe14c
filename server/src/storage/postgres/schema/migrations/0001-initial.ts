// Owns the first version of the tables. Must never be edited once released: a later change is a later migration.
import type { Migration } from './migration.ts'

/*
 * docs/decisions/0016-postgresql.md says why:
 * - Ids and keys are text of collation "C": they compare here as they do in the code and in SQLite.
 * - events, deliveries and attempts are partitioned by `day`, the day on which the event was accepted. Everything of one
 *   event lies in the partitions of one day, so that a day can be dropped whole.
 * - `event_ids` keeps an event id unique over all days, and says where the event is.
 * - No foreign keys where rows come by the thousand, and none that a distributed PostgreSQL could not keep.
 * - Sequences count in the order in which rows were added, over all nodes.
 */
export const initial: Migration = {
  version: 1,
  name: 'initial',
  compatibleFrom: 1,
  sql: `
CREATE TABLE workspaces (
  id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  retention_days int CHECK (retention_days BETWEEN 0 AND 3650),
  created_at bigint NOT NULL
);

CREATE TABLE api_keys (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  scopes text NOT NULL,
  environment text NOT NULL,
  hash text COLLATE "C" NOT NULL UNIQUE,
  preview text NOT NULL,
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX api_keys_by_id ON api_keys (id);

CREATE TABLE webhooks (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C",
  is_active smallint NOT NULL CHECK (is_active IN (0, 1)),
  ordering text NOT NULL,
  version int NOT NULL,
  success_count bigint NOT NULL CHECK (success_count >= 0),
  failure_count bigint NOT NULL CHECK (failure_count >= 0),
  last_delivery_at bigint,
  failing_since bigint,
  warned_percent int NOT NULL DEFAULT 0,
  disabled_reason text,
  rate_limit_per_second double precision,
  retry_schedule text,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  deleted_at bigint,
  url text NOT NULL,
  description text,
  secret_preview text NOT NULL,
  sealed_secret text NOT NULL,
  sealed_previous_secret text,
  previous_secret_expires_at bigint,
  sealed_headers text NOT NULL,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 70);
CREATE INDEX webhooks_by_id ON webhooks (id);
CREATE INDEX webhooks_of_workspace ON webhooks (workspace_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX webhooks_to_judge ON webhooks (id)
  WHERE deleted_at IS NULL AND is_active = 1 AND (failing_since IS NOT NULL OR warned_percent > 0);
CREATE INDEX webhooks_deleted ON webhooks (workspace_id, id) WHERE deleted_at IS NOT NULL;

CREATE TABLE subscriptions (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  event_key text COLLATE "C" NOT NULL,
  is_active smallint NOT NULL CHECK (is_active IN (0, 1)),
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, webhook_id, event_key)
);
CREATE INDEX subscriptions_by_key ON subscriptions (workspace_id, event_key);

CREATE TABLE event_types (
  workspace_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  title text NOT NULL,
  description text NOT NULL,
  schema text NOT NULL,
  example text NOT NULL,
  is_deprecated smallint NOT NULL CHECK (is_deprecated IN (0, 1)),
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, key)
);

CREATE SEQUENCE events_seq;
CREATE TABLE event_ids (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  day int NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE events (
  workspace_id text COLLATE "C" NOT NULL,
  day int NOT NULL,
  seq bigint NOT NULL,
  id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  agent_id text COLLATE "C",
  call_id text COLLATE "C",
  created_at bigint NOT NULL,
  accepted_at bigint NOT NULL,
  delivery_count int NOT NULL,
  is_test smallint,
  body text NOT NULL,
  PRIMARY KEY (workspace_id, seq, day)
) PARTITION BY RANGE (day);
CREATE INDEX events_of_call ON events (workspace_id, call_id, seq) WHERE call_id IS NOT NULL;
CREATE INDEX events_with_own_time ON events (workspace_id, seq) WHERE abs(created_at - accepted_at) > 3600000;

CREATE SEQUENCE deliveries_seq;
CREATE TABLE deliveries (
  workspace_id text COLLATE "C" NOT NULL,
  day int NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('deliveries_seq'),
  id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  subscription_id text COLLATE "C",
  event_id text COLLATE "C" NOT NULL,
  event_seq bigint NOT NULL,
  event_key text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  "trigger" text NOT NULL,
  attempts int NOT NULL,
  scheduled_attempts int NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  next_attempt_at bigint,
  lease_token text COLLATE "C",
  lease_until bigint,
  lease_node text COLLATE "C",
  order_key text COLLATE "C",
  awaits_turn smallint NOT NULL,
  held_until bigint,
  succeeded_at bigint,
  response_status int,
  last_error text,
  PRIMARY KEY (workspace_id, id, day)
) PARTITION BY RANGE (day);
CREATE INDEX deliveries_of_workspace ON deliveries (workspace_id, seq);
CREATE INDEX deliveries_of_webhook ON deliveries (workspace_id, webhook_id, seq);
CREATE INDEX deliveries_of_event ON deliveries (workspace_id, event_id, seq);
CREATE INDEX deliveries_unfinished ON deliveries (status, workspace_id, seq) WHERE status <> 'success';
CREATE INDEX deliveries_left_of_webhook ON deliveries (workspace_id, webhook_id, status, seq)
  WHERE status IN ('queued', 'failed');
CREATE INDEX deliveries_due ON deliveries (webhook_id, next_attempt_at, seq)
  WHERE status = 'queued' AND next_attempt_at IS NOT NULL;
CREATE INDEX deliveries_in_call ON deliveries (workspace_id, webhook_id, order_key, awaits_turn, seq)
  WHERE order_key IS NOT NULL AND status IN ('queued', 'sending');

CREATE TABLE attempts (
  workspace_id text COLLATE "C" NOT NULL,
  day int NOT NULL,
  delivery_id text COLLATE "C" NOT NULL,
  number int NOT NULL,
  "trigger" text NOT NULL,
  started_at bigint NOT NULL,
  duration_ms double precision NOT NULL,
  outcome text NOT NULL,
  response_status int,
  remote_address text,
  error text,
  timings text NOT NULL,
  request_headers text NOT NULL,
  response_headers text,
  response_body text,
  PRIMARY KEY (workspace_id, delivery_id, number, day)
) PARTITION BY RANGE (day);

CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE deliveries_default PARTITION OF deliveries DEFAULT;
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;

CREATE TABLE replays (
  workspace_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  until bigint NOT NULL,
  event_keys text,
  "only" text NOT NULL,
  status text NOT NULL CHECK (status IN ('running', 'finished', 'cancelled')),
  matched bigint NOT NULL,
  matched_is_exact smallint NOT NULL CHECK (matched_is_exact IN (0, 1)),
  queued bigint NOT NULL,
  walk_position bigint,
  walk_end bigint,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  finished_at bigint,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX replays_by_id ON replays (id);
CREATE INDEX replays_of_webhook ON replays (workspace_id, webhook_id, created_at);
CREATE INDEX replays_running ON replays (created_at) WHERE status = 'running';

CREATE SEQUENCE audit_entries_seq;
CREATE TABLE audit_entries (
  workspace_id text COLLATE "C",
  seq bigint PRIMARY KEY DEFAULT nextval('audit_entries_seq'),
  id text COLLATE "C" NOT NULL,
  action text NOT NULL,
  actor text NOT NULL,
  target_id text NOT NULL,
  changed_fields text NOT NULL,
  remote_address text,
  created_at bigint NOT NULL
);
CREATE INDEX audit_entries_of_workspace ON audit_entries (workspace_id, seq);

CREATE TABLE idempotency_keys (
  workspace_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request_hash text NOT NULL,
  expires_at bigint NOT NULL,
  accepted_events text,
  status int,
  sealed_body text,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

CREATE TABLE nodes (
  id text COLLATE "C" PRIMARY KEY,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);

CREATE FUNCTION webhook_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('timbre_webhook', NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER webhook_changed AFTER UPDATE ON webhooks FOR EACH ROW
  WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION webhook_changed();
`,
}
