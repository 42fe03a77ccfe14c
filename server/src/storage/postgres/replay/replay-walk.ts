// Owns how a replay finds what it is about: it walks the events of the workspace, or the failed deliveries of the
// webhook, in the order of their sequence numbers, a bounded number of rows at a time.
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { ReplayTarget } from '../../shared/replay-target.ts'
import type { ReplayScope, ReplayWalk } from '../../storage.ts'
import { isFailed } from '../schema/index-conditions.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { SequenceAt } from './sequence-at.ts'

/** Rows that one step looks at, in one statement. */
export const STEP_ROWS_MAX = 400

export interface ReplayCandidate {
  readonly eventSeq: number
  readonly eventDay: number
  readonly eventId: string
  readonly type: string
  readonly callId: string | null
  readonly acceptedAt: number
  /** null: the event has no delivery to this webhook. */
  readonly deliveryId: string | null
}

export interface WalkedRows {
  readonly found: readonly ReplayCandidate[]
  /** null: there is nothing after these. */
  readonly next: ReplayWalk | null
}

interface WalkRow extends ReplayCandidate {
  readonly position: number
  readonly agentId: string | null
  readonly isTest: 1 | null
  readonly status: DeliveryStatus | null
}

const EVENT_COLUMNS = `e.seq AS "eventSeq", e.day AS "eventDay", e.id AS "eventId", e.type, e.agent_id AS "agentId",
  e.call_id AS "callId", e.accepted_at AS "acceptedAt", e.is_test AS "isTest", d.id AS "deliveryId", d.status`

export const EVENTS_AFTER = statement<WalkRow>(
  'events_after',
  `SELECT e.seq AS position, ${EVENT_COLUMNS}
FROM events e LEFT JOIN LATERAL (
  SELECT d.id, d.status FROM deliveries d
  WHERE d.workspace_id = e.workspace_id AND d.day = e.day AND d.event_id = e.id AND d.webhook_id = $2
  ORDER BY d.seq DESC LIMIT 1) d ON true
WHERE e.workspace_id = $1 AND e.seq > $3 AND e.seq <= $4 ORDER BY e.seq LIMIT $5`,
)

export const FAILED_AFTER = statement<WalkRow>(
  'failed_after',
  `SELECT d.seq AS position, ${EVENT_COLUMNS}
FROM deliveries d JOIN events e ON e.workspace_id = d.workspace_id AND e.day = d.day AND e.seq = d.event_seq
WHERE d.workspace_id = $1 AND d.webhook_id = $2 AND ${isFailed('d')}
  AND d.seq > $3 AND d.seq <= $4 ORDER BY d.seq LIMIT $5`,
)

export const GIVEN_NUMBERS = statement<{ readonly last: number; readonly before: string }>(
  'given_numbers',
  // The number first: whoever took one up to it had begun before the snapshot was made.
  `SELECT g.last, pg_snapshot_xmax(pg_current_snapshot())::text AS before
FROM (SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM events_seq) g`,
)

export const HAVE_ENDED = statement<{ readonly yes: boolean }>(
  'have_ended',
  'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 AS yes',
)

/** The whole way, fixed when it begins: what comes after it is not the replay's. */
export async function beginWalk(
  session: Session,
  { workspaceId, only, since, until }: ReplayScope,
): Promise<ReplayWalk> {
  // A delivery is made when its event is accepted, or later, by a replay.
  if (only === 'failed') {
    const deliveries = SequenceAt.ofDeliveries(session, workspaceId)
    return { position: (await deliveries.before(since)) - 1, end: await deliveries.last() }
  }
  const events = SequenceAt.ofEvents(session, workspaceId)
  return { position: (await events.before(since)) - 1, end: (await events.after(until)) - 1 }
}

/** Looks at the next rows: at most STEP_ROWS_MAX of them, and no further than `foundMax` that match. */
export async function walk(
  session: Session,
  scope: ReplayScope,
  target: ReplayTarget,
  { position: start, end }: ReplayWalk,
  foundMax: number,
): Promise<WalkedRows> {
  const after = scope.only === 'failed' ? FAILED_AFTER : EVENTS_AFTER
  const rows = await session.all(after, scope.workspaceId, scope.webhookId, start, end, STEP_ROWS_MAX + 1)
  const found: ReplayCandidate[] = []
  let position = start
  for (const [index, row] of rows.entries()) {
    if (found.length === foundMax || index === STEP_ROWS_MAX) return { found, next: { position, end } }
    position = row.position
    if (isIt(scope, target, row)) found.push(row)
  }
  return { found, next: null }
}

/** What is queued or being sent is on its way already. */
function isIt({ only, since, until }: ReplayScope, target: ReplayTarget, row: WalkRow): boolean {
  if (row.isTest === 1 || row.acceptedAt < since || row.acceptedAt >= until) return false
  if (only === 'failed') return target.isAskedFor(row.type)
  if (!target.wants(row.type, row.agentId)) return false
  return row.status === null || row.status === 'failed' || (row.status === 'success' && only === 'all')
}
