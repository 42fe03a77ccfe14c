// Owns which tables are moved, with the columns that they have in PostgreSQL.
// Must never leave out a table or a column that keeps anything: a test compares it with the tables of both backends.

export type MovedValue = string | number | null
/** In the order of the columns. */
export type MovedRow = MovedValue[]

export interface MovedTable {
  readonly name: string
  /** Name and type, in the order in which rows are read and written. */
  readonly columns: Readonly<Record<string, 'text' | 'smallint' | 'int' | 'bigint' | 'float8'>>
}

const TIMES = { created_at: 'bigint', updated_at: 'bigint' } as const

/** Copied row by row, in order of the rowid. What others refer to comes first. */
export const PLAIN_TABLES: readonly MovedTable[] = [
  { name: 'workspaces', columns: { id: 'text', name: 'text', retention_days: 'int', created_at: 'bigint' } },
  {
    name: 'api_keys',
    columns: {
      workspace_id: 'text',
      id: 'text',
      name: 'text',
      scopes: 'text',
      environment: 'text',
      hash: 'text',
      preview: 'text',
      created_at: 'bigint',
      last_used_at: 'bigint',
      revoked_at: 'bigint',
    },
  },
  {
    name: 'webhooks',
    columns: {
      workspace_id: 'text',
      id: 'text',
      agent_id: 'text',
      kind: 'text',
      is_active: 'smallint',
      ordering: 'text',
      version: 'int',
      success_count: 'bigint',
      failure_count: 'bigint',
      last_delivery_at: 'bigint',
      failing_since: 'bigint',
      warned_percent: 'int',
      disabled_reason: 'text',
      rate_limit_per_second: 'float8',
      retry_schedule: 'text',
      ...TIMES,
      deleted_at: 'bigint',
      url: 'text',
      description: 'text',
      secret_preview: 'text',
      sealed_secret: 'text',
      sealed_previous_secret: 'text',
      previous_secret_expires_at: 'bigint',
      sealed_headers: 'text',
      previous_secrets: 'text',
      previous_secrets_expire_at: 'bigint',
    },
  },
  {
    name: 'subscriptions',
    columns: {
      workspace_id: 'text',
      id: 'text',
      webhook_id: 'text',
      event_key: 'text',
      is_active: 'smallint',
      ...TIMES,
    },
  },
  {
    name: 'event_types',
    columns: {
      workspace_id: 'text',
      key: 'text',
      title: 'text',
      description: 'text',
      schema: 'text',
      example: 'text',
      is_deprecated: 'smallint',
      ...TIMES,
    },
  },
  {
    name: 'replays',
    columns: {
      workspace_id: 'text',
      id: 'text',
      webhook_id: 'text',
      since: 'bigint',
      until: 'bigint',
      event_keys: 'text',
      only: 'text',
      status: 'text',
      matched: 'bigint',
      matched_is_exact: 'smallint',
      queued: 'bigint',
      walk_position: 'bigint',
      walk_end: 'bigint',
      ...TIMES,
      finished_at: 'bigint',
    },
  },
  {
    name: 'audit_entries',
    columns: {
      workspace_id: 'text',
      seq: 'bigint',
      id: 'text',
      action: 'text',
      actor: 'text',
      target_id: 'text',
      changed_fields: 'text',
      remote_address: 'text',
      created_at: 'bigint',
    },
  },
  {
    name: 'idempotency_keys',
    columns: {
      workspace_id: 'text',
      key: 'text',
      request_hash: 'text',
      expires_at: 'bigint',
      accepted_events: 'text',
      status: 'int',
      sealed_body: 'text',
    },
  },
  {
    name: 'webhook_counters',
    columns: {
      workspace_id: 'text',
      webhook_id: 'text',
      success_count: 'bigint',
      failure_count: 'bigint',
      last_delivery_at: 'bigint',
    },
  },
  {
    name: 'statistics_buckets',
    columns: { workspace_id: 'text', webhook_id: 'text', size: 'text', start_at: 'bigint', cells: 'text' },
  },
  // Numbered anew.
  {
    name: 'statistics_increments',
    columns: { workspace_id: 'text', webhook_id: 'text', minute: 'bigint', cells: 'text' },
  },
  {
    name: 'sessions',
    columns: {
      workspace_id: 'text',
      id: 'text',
      kind: 'text',
      link_hash: 'text',
      hash: 'text',
      capabilities: 'text',
      locale: 'text',
      theme: 'text',
      created_by: 'text',
      created_at: 'bigint',
      used_at: 'bigint',
      last_seen_at: 'bigint',
      expires_at: 'bigint',
      lives_until: 'bigint',
    },
  },
  {
    name: 'sources',
    columns: {
      workspace_id: 'text',
      id: 'text',
      name: 'text',
      kind: 'text',
      token: 'text',
      sealed: 'text',
      secret_preview: 'text',
      previous_secret_expires_at: 'bigint',
      has_api_key: 'smallint',
      setup: 'text',
      version: 'int',
      ...TIMES,
      deleted_at: 'bigint',
    },
  },
  {
    name: 'source_calls',
    columns: {
      workspace_id: 'text',
      source_id: 'text',
      call_id: 'text',
      kind: 'text',
      state: 'text',
      version: 'int',
      tracked: 'text',
      due_at: 'bigint',
      ...TIMES,
    },
  },
  {
    name: 'source_signals',
    columns: {
      workspace_id: 'text',
      source_id: 'text',
      dedupe_key: 'text',
      id: 'text',
      call_id: 'text',
      event: 'text',
      state: 'text',
      occurred_at: 'bigint',
      received_at: 'bigint',
      payload: 'text',
    },
  },
  {
    name: 'refused_requests',
    columns: {
      workspace_id: 'text',
      source_id: 'text',
      id: 'text',
      received_at: 'bigint',
      cause: 'text',
      detail: 'text',
      remote_address: 'text',
      headers: 'text',
      body: 'text',
      unkept: 'int',
    },
  },
  { name: 'key_checks', columns: { key_id: 'text', sealed: 'text' } },
]

export const EVENTS: MovedTable = {
  name: 'events',
  columns: {
    workspace_id: 'text',
    day: 'int',
    seq: 'bigint',
    id: 'text',
    type: 'text',
    agent_id: 'text',
    call_id: 'text',
    created_at: 'bigint',
    accepted_at: 'bigint',
    delivery_count: 'int',
    is_test: 'smallint',
    body: 'text',
  },
}

/** Only PostgreSQL has it: where an event lies. */
export const EVENT_IDS: MovedTable = {
  name: 'event_ids',
  columns: { workspace_id: 'text', id: 'text', day: 'int', seq: 'bigint' },
}

/** Without the lease: what was being sent is due again. */
export const DELIVERIES: MovedTable = {
  name: 'deliveries',
  columns: {
    workspace_id: 'text',
    day: 'int',
    seq: 'bigint',
    id: 'text',
    webhook_id: 'text',
    subscription_id: 'text',
    event_id: 'text',
    event_seq: 'bigint',
    event_key: 'text',
    status: 'text',
    trigger: 'text',
    attempts: 'int',
    scheduled_attempts: 'int',
    ...TIMES,
    next_attempt_at: 'bigint',
    order_key: 'text',
    awaits_turn: 'smallint',
    held_until: 'bigint',
    succeeded_at: 'bigint',
    response_status: 'int',
    last_error: 'text',
  },
}

export const ATTEMPTS: MovedTable = {
  name: 'attempts',
  columns: {
    workspace_id: 'text',
    day: 'int',
    delivery_id: 'text',
    number: 'int',
    trigger: 'text',
    started_at: 'bigint',
    duration_ms: 'float8',
    outcome: 'text',
    response_status: 'int',
    remote_address: 'text',
    error: 'text',
    timings: 'text',
    request_headers: 'text',
    response_headers: 'text',
    response_body: 'text',
  },
}

export const MOVED_TABLES: readonly MovedTable[] = [...PLAIN_TABLES, EVENTS, EVENT_IDS, DELIVERIES, ATTEMPTS]

/** In quotes, because `only` and `trigger` are words of SQL. */
export function columnList({ columns }: MovedTable): string {
  return Object.keys(columns)
    .map((name) => `"${name}"`)
    .join(', ')
}

/** The workspace that a row is counted for; of some audit entries it is none. */
export function workspaceOf(table: MovedTable, row: MovedRow): string {
  if (table.name === 'key_checks') return noWorkspace(table)
  // `workspaces` begins with its id, every other table with the workspace.
  return String(row[0] ?? noWorkspace(table))
}

function noWorkspace({ name }: MovedTable): string {
  return `(no workspace in ${name})`
}
