// Owns the filling of a PostgreSQL database with a great many rows, as `fill-database.ts` fills a file, without moving them from one.
// Must never be used on a database that a server has open.

import { DAY_MS, dayOf } from '@timbre/server/storage/postgres/schema/day.ts'
import { makePastPartitions, partitionOf } from '@timbre/server/storage/postgres/schema/partitions.ts'
import pg from 'pg'
import { backlogSql } from '../test/support/backlog.ts'
import { type FillOptions, RARE_TYPE, TYPES, WEBHOOKS_PER_WORKSPACE, WORKSPACES } from './fill-database.ts'

export interface FillPostgresOptions extends Pick<FillOptions, 'kept' | 'due' | 'log'> {
  /** With the tables of the newest version. */
  readonly url: string
}

/** Those before today that are kept whole. */
const DAYS = 29
const DELIVERIES_PER_EVENT = 2
/** One for each core. */
const CONNECTIONS = 2

/** The same rows for `kept` and `due` as in a file, the former evenly over 29 days. Returns when the planner knows of them. */
export async function fillPostgres({ url, kept, due, log }: FillPostgresOptions): Promise<void> {
  const startedAt = performance.now()
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`
  // A crash would cost this run, and nothing else.
  const onConnect = (client: pg.ClientBase) => client.query('SET synchronous_commit = off; SET jit = off')
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, onConnect })
  const perDay = Math.ceil(kept / DELIVERIES_PER_EVENT / DAYS)
  const today = dayOf(Date.now())
  await pool.query(WEBHOOKS)
  const days = Array.from({ length: DAYS }, (_, index) => ({
    day: today - DAYS + index,
    from: index * perDay,
  }))
  let filled = 0
  const fillNext = async (): Promise<void> => {
    const next = days.shift()
    if (next === undefined) return
    await fillDay(pool, { ...next, perDay })
    filled += perDay * DELIVERIES_PER_EVENT
    log(`${filled} deliveries kept, ${seconds()}`)
    return fillNext()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, fillNext))
  const rows = perDay * DAYS
  await pool.query(
    `SELECT setval('events_seq', ${rows + 1}), setval('deliveries_seq', ${rows * DELIVERIES_PER_EVENT + 1})`,
  )
  if (due !== undefined) await pool.query(backlogSql('postgres', due))
  await pool.query('ANALYZE')
  await pool.query('CHECKPOINT')
  await pool.end()
  log(`filled in ${seconds()}`)
}

const hex = (number: string, digits: number) => `lpad(to_hex(${number}), ${digits}, '0')`
const WORKSPACE = `'00000000-0000-7000-8000-' || ${hex('w', 12)}`
const webhookOf = (index: string) => `'00000000-0000-7000-8000-00000000' || ${hex('w', 2)} || ${hex(index, 2)}`

const WEBHOOKS = `
  INSERT INTO workspaces (id, name, created_at) SELECT ${WORKSPACE}, 'Workspace ' || w, 1 FROM generate_series(0, ${WORKSPACES - 1}) w;
  INSERT INTO webhooks (workspace_id, id, is_active, ordering, version, success_count, failure_count, created_at,
    updated_at, url, secret_preview, sealed_secret, sealed_headers)
  SELECT ${WORKSPACE}, ${webhookOf('h')}, 1, 'none', 1, 0, 0, 1, 1, 'https://127.0.0.1/', '', '', ''
  FROM generate_series(0, ${WORKSPACES - 1}) w, generate_series(0, ${WEBHOOKS_PER_WORKSPACE - 1}) h;
  INSERT INTO subscriptions SELECT workspace_id, id || 's', id, 'bench.type.' || right(id, 2), 1, 1, 1 FROM webhooks`

interface Day {
  readonly day: number
  /** Number of its first event. */
  readonly from: number
  readonly perDay: number
}

const TYPE = `CASE WHEN (i / ${WORKSPACES}) % 1000 = 7 THEN '${RARE_TYPE}' ELSE
  (ARRAY['${TYPES.join(`', '`)}'])[(i / ${WORKSPACES}) % 4 + 1] END`

async function fillDay(pool: pg.Pool, { day, from, perDay }: Day): Promise<void> {
  const client = await pool.connect()
  const events = `SELECT i, i % ${WORKSPACES} AS w, ${day * DAY_MS} + (i - ${from}) * ${DAY_MS}::bigint / ${perDay} AS at, ${TYPE} AS type
    FROM generate_series(${from}::bigint, ${from + perDay - 1}) i`
  const eventId = `'evt_' || upper(${hex('at', 10)} || ${hex('i', 16)})`
  const call = `'call_' || left(md5((i / ${4 * WORKSPACES} * ${WORKSPACES} + w)::text), 16)`
  const deliveries = `SELECT *, i * ${DELIVERIES_PER_EVENT} + k AS number, (i / ${WORKSPACES} * ${DELIVERIES_PER_EVENT} + k) % 20 = 13 AS failed,
      left(${hex('at', 12)}, 8) || '-' || right(${hex('at', 12)}, 4) || '-7' || ${hex(`(i * ${DELIVERIES_PER_EVENT} + k) & 4095`, 3)}
        || '-8000-' || ${hex(`i * ${DELIVERIES_PER_EVENT} + k`, 12)} AS id
    FROM (${events}) event, generate_series(0, ${DELIVERIES_PER_EVENT - 1}) k`
  const webhook = webhookOf(`(i / ${WORKSPACES} + k * 11) % ${WEBHOOKS_PER_WORKSPACE}`)
  const fills = {
    events: `(workspace_id, day, seq, id, type, call_id, created_at, accepted_at, delivery_count, body)
      SELECT ${WORKSPACE}, ${day}, i + 1, ${eventId}, type, ${call}, at, at, ${DELIVERIES_PER_EVENT},
        '{"id":"' || ${eventId} || '","type":"' || type || '","data":{"call_id":"' || ${call} || '","text":"${'x'.repeat(80)}"}}'
      FROM (${events}) event`,
    deliveries: `(workspace_id, day, seq, id, webhook_id, subscription_id, event_id, event_seq, event_key, status, "trigger", attempts,
        scheduled_attempts, created_at, updated_at, awaits_turn, succeeded_at, response_status, last_error)
      SELECT ${WORKSPACE}, ${day}, number + 1, id, ${webhook}, ${webhook} || 's', ${eventId}, i + 1, type,
        CASE WHEN failed THEN 'failed' ELSE 'success' END, 'automatic', 1, 1, at, at + 40, 0, CASE WHEN NOT failed THEN at + 40 END,
        CASE WHEN failed THEN 500 ELSE 200 END, CASE WHEN failed THEN 'The receiver answered 500.' END
      FROM (${deliveries}) delivery`,
    attempts: `(workspace_id, day, delivery_id, number, "trigger", started_at, duration_ms, outcome, response_status, remote_address,
        timings, request_headers, response_headers, response_body)
      SELECT ${WORKSPACE}, ${day}, id, 1, 'automatic', at + 5, 35.5, 'answered', CASE WHEN failed THEN 500 ELSE 200 END, '127.0.0.1',
        '{"dnsMs":0.1,"connectMs":0.4}', '{"content-type":"application/json"}', '{}', 'ok' FROM (${deliveries}) delivery`,
  }
  try {
    await client.query(`INSERT INTO event_ids (workspace_id, id, day, seq)
      SELECT ${WORKSPACE}, ${eventId}, ${day}, i + 1 FROM (${events}) event`)
    await makePastPartitions(client, day, (table) => `INSERT INTO ${partitionOf(table, day)} ${fills[table]};`)
  } finally {
    client.release()
  }
}
