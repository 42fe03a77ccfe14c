// Owns the log of changes of deliveries in PostgreSQL: how a statement that changes deliveries writes it, and how it is read.
// Must never show a row while a transaction runs whose row would come before it: numbers are given before commits.
//
// Rows are in the order of the numbers of their transactions. All below the oldest that runs have ended, and a later one has
// a higher number: so what is read up to there is whole, and stays so (pg_snapshot_xmin, PostgreSQL manual §9.28.8).
import type { Pool } from 'pg'
import {
  CHANGES_KEPT_MS,
  type ChangePage,
  type ChangePosition,
  type ChangeStart,
  type StreamStorage,
  WHOLE_ROW,
} from '../../interface/stream-storage.ts'
import type { ChangePlace } from '../../shared/change-batch.ts'
import {
  type ChangedDelivery,
  changeOf,
  changeStart,
  changesBehind,
  type LogRow,
  PAGE_ROWS_MAX,
} from '../../shared/change-pages.ts'
import { databaseTime } from '../nodes/database-time.ts'
import { columnsOf } from '../wire/columns.ts'
import { Session } from '../wire/session.ts'
import { numberedRowsOf, placesOf, statement } from '../wire/statement.ts'

export function changePlace(id: string, day: number): ChangePlace {
  return [id, day]
}

/** The head of a part of the statement that changes deliveries. */
export const LOG_CHANGES = 'INSERT INTO delivery_changes (workspace_id, entries)'

/** The entries of a workspace, each as `change-batch.ts` writes it. */
export function loggedEntries(entry: string, order: string): string {
  return `'[' || string_agg(${entry}, ',' ORDER BY ${order}) || ']'`
}

const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint'
const OF_WORKSPACE = `FROM delivery_changes WHERE workspace_id = $1 AND tx < ${HORIZON}`
const ROW = 'tx, seq, at'

export const CHANGES_BEHIND = statement<LogRow>(
  'changes_behind',
  `SELECT ${ROW}, entries ${OF_WORKSPACE} AND (tx, seq) >= ($2, $3) ORDER BY tx, seq LIMIT $4`,
)
export const FIRST_CHANGES = statement<LogRow>(
  'first_changes',
  `SELECT ${ROW} ${OF_WORKSPACE} ORDER BY tx, seq LIMIT 1`,
)
export const LAST_CHANGES = statement<LogRow>(
  'last_changes',
  `SELECT ${ROW} ${OF_WORKSPACE} ORDER BY tx DESC, seq DESC LIMIT 1`,
)
export const OWN_CHANGES = statement<LogRow>('own_changes', `SELECT ${ROW} ${OF_WORKSPACE} AND tx = $2 AND seq = $3`)

export const CHANGED_DELIVERIES = statement<ChangedDelivery & { readonly nth: number }>(
  'changed_deliveries',
  `SELECT q.nth, d.seq, d.id, d.webhook_id AS "webhookId", d.subscription_id AS "subscriptionId", d.event_id AS "eventId",
  d.event_key AS "eventKey", d.created_at AS "createdAt",
  -- As the delivery has it where it has failed.
  CASE WHEN q.status = 3 THEN coalesce(a.error, 'The delivery failed.') ELSE a.error END AS "lastError",
  a.response_status AS "responseStatus"
FROM (${numberedRowsOf({ id: 'text', day: 'int', status: 'int', attempts: 'int' })}) q
  JOIN deliveries d ON d.workspace_id = $6 AND d.day = q.day AND d.id = q.id
  LEFT JOIN attempts a ON a.workspace_id = $6 AND a.day = q.day AND a.delivery_id = q.id AND a.number = q.attempts`,
)

export const PRUNE_CHANGES = statement(
  'prune_changes',
  `DELETE FROM delivery_changes c USING (
  SELECT workspace_id, tx, seq FROM delivery_changes WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED) o
WHERE c.workspace_id = o.workspace_id AND c.tx = o.tx AND c.seq = o.seq`,
)

/** @param pool not of the hot path: streams may not keep events waiting */
export function changeCalls(pool: Pool): StreamStorage {
  const session = new Session(pool)
  return {
    locateChanges: (workspaceId, after, now) => locate(session, workspaceId, after, now),
    listChanges: (workspaceId, after, limit) => list(session, workspaceId, after, limit),
    // Both clocks have to agree that something is old.
    pruneChanges: async (now, limit) =>
      session.run(PRUNE_CHANGES, Math.min(now, await databaseTime(session)) - CHANGES_KEPT_MS, limit),
  }
}

async function locate(
  session: Session,
  workspaceId: string,
  after: ChangePosition | null,
  now: number,
): Promise<ChangeStart> {
  const first = await session.get(FIRST_CHANGES, workspaceId)
  const last = await session.get(LAST_CHANGES, workspaceId)
  const own = after === null ? undefined : await session.get(OWN_CHANGES, workspaceId, after.tx, after.seq)
  return changeStart(after, { first, last, own }, now)
}

async function list(session: Session, workspaceId: string, after: ChangePosition, limit: number): Promise<ChangePage> {
  const from = after.nth === WHOLE_ROW ? after.seq + 1 : after.seq
  const rows = await session.all(CHANGES_BEHIND, workspaceId, after.tx, from, PAGE_ROWS_MAX)
  const found = changesBehind(after, rows, limit)
  if (found.length === 0) return { changes: [], isMore: false }
  const wanted = columnsOf(
    found,
    ({ entry: [id] }) => id,
    ({ entry: [, day] }) => day,
    ({ entry: [, , status] }) => status,
    ({ entry: [, , , attempts] }) => attempts,
  )
  const deliveries = new Map<number, ChangedDelivery>()
  const rowsOfDeliveries = await session.all(CHANGED_DELIVERIES, ...wanted, placesOf(found), workspaceId)
  for (const { nth, ...delivery } of rowsOfDeliveries) deliveries.set(nth - 1, delivery)
  const changes = found.map((change, nth) => changeOf(change, deliveries.get(nth)))
  return { changes, isMore: changes.length === limit || rows.length === PAGE_ROWS_MAX }
}
