// Owns the order of deliveries within a call (CONTRACT §2, Webhook, `ordering`), across nodes: whoever adds to a call or
// ends one of its deliveries holds the lock of the call until its transaction ends.
import { createHash } from 'node:crypto'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { noteDue, type QueuedAt } from './due-marks.ts'

export interface Call {
  readonly workspaceId: string
  readonly webhookId: string
  readonly orderKey: string
}

export const LOCK_CALLS = statement<{ readonly nth: number }>(
  'lock_calls',
  'SELECT pg_advisory_xact_lock(key) IS NULL AS done FROM unnest($1::bigint[]) AS key',
)

const UNFINISHED = `d.workspace_id = c.workspace_id AND d.webhook_id = c.webhook_id AND d.order_key = c.order_key
    AND d.order_key IS NOT NULL AND d.status IN ('queued', 'sending')`

const CALLS =
  'unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS c (workspace_id, webhook_id, order_key, nth)'

/** OFFSET 0: else the planner may read what awaits its turn in all workspaces at once, and look each call up in that. */
export const ORDER_OF_CALLS = statement<{ readonly nth: number; readonly isFree: boolean; readonly turn: number }>(
  'order_of_calls',
  `SELECT c.nth::int AS nth, NOT EXISTS (SELECT 1 FROM deliveries d WHERE ${UNFINISHED} AND d.awaits_turn = 1 OFFSET 0)
    AND held.unknown = 0 AS "isFree", held.until AS turn
FROM ${CALLS} CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.held_until IS NULL) AS unknown, coalesce(max(d.held_until), 0) AS until
  FROM deliveries d WHERE ${UNFINISHED} AND d.awaits_turn = 0) held
ORDER BY c.nth`,
)

/** The first that waits gets its turn when all before it are through, or release it. */
export const ADVANCE_CALLS = statement<QueuedAt & { readonly dueAt: number }>(
  'advance_calls',
  `UPDATE deliveries u SET next_attempt_at = greatest($4::bigint, held.until)
FROM ${CALLS} CROSS JOIN LATERAL (
  SELECT d.workspace_id, d.day, d.id, d.seq FROM deliveries d WHERE ${UNFINISHED} AND d.awaits_turn = 1 ORDER BY d.seq LIMIT 1) first
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE d.held_until IS NULL) AS unknown, coalesce(max(d.held_until), 0) AS until
  FROM deliveries d WHERE ${UNFINISHED} AND d.awaits_turn = 0 AND d.seq < first.seq) held
WHERE held.unknown = 0 AND u.workspace_id = first.workspace_id AND u.day = first.day AND u.id = first.id
  AND u.awaits_turn = 1
RETURNING u.workspace_id AS "workspaceId", u.webhook_id AS "webhookId", u.next_attempt_at AS "dueAt"`,
)

export function callKey({ workspaceId, webhookId, orderKey }: Call): string {
  return `${workspaceId} ${webhookId} ${orderKey}`
}

/** When a delivery that is added to a call next may be sent. */
export class CallOrder {
  readonly #next: Map<string, number | null>

  constructor(next: ReadonlyMap<string, number | null> = new Map()) {
    this.#next = new Map(next)
  }

  /** 0: at once; null: not known yet. Whoever comes after the one that takes it waits for that. */
  takeNext(call: Call): number | null {
    const key = callKey(call)
    const turn = this.#next.get(key) ?? null
    this.#next.set(key, null)
    return turn
  }
}

/** Locks the calls and reads what is unfinished in them. */
export async function callOrderOf(session: Session, calls: readonly Call[]): Promise<CallOrder> {
  const different = unique(calls)
  if (different.length === 0) return new CallOrder()
  await lock(session, different)
  const rows = await session.all(ORDER_OF_CALLS, ...columns(different))
  return new CallOrder(new Map(different.map((call, index) => [callKey(call), turnOf(rows[index])])))
}

/**
 * Gives the next one of each call its turn, after an earlier one has ended or failed.
 * @returns how many are due now because of it
 */
export async function advanceCalls(session: Session, calls: readonly Call[], now: number): Promise<number> {
  const different = unique(calls)
  if (different.length === 0) return 0
  await lock(session, different)
  const rows = await session.all(ADVANCE_CALLS, ...columns(different), now)
  await noteDue(session, rows)
  return rows.filter(({ dueAt }) => dueAt <= now).length
}

function turnOf(row: { readonly isFree: boolean; readonly turn: number } | undefined): number | null {
  return row?.isFree === true ? row.turn : null
}

/** In one order everywhere, so that nobody waits for somebody who waits for him. */
async function lock(session: Session, calls: readonly Call[]): Promise<void> {
  const keys = calls.map((call) => createHash('sha256').update(callKey(call)).digest().readBigInt64BE())
  await session.all(LOCK_CALLS, keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(String))
}

function unique(calls: readonly Call[]): Call[] {
  return [...new Map(calls.map((call) => [callKey(call), call])).values()]
}

function columns(calls: readonly Call[]): [string[], string[], string[]] {
  return [
    calls.map(({ workspaceId }) => workspaceId),
    calls.map(({ webhookId }) => webhookId),
    calls.map(({ orderKey }) => orderKey),
  ]
}
