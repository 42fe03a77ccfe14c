// Owns what a consumer may be given next of a webhook of kind `pull`, and which webhooks have something for one. Only reads, and
// locks nothing: what another consumer takes meanwhile is not leased.
import type { PeekedDelivery, PeekRequest, PullKey, PullPeek } from '../../storage.ts'
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'
import { firstOf } from './due-marks.ts'
import { PULL_WEBHOOK } from './pull-leases.ts'

type DueRow = Omit<
  PeekedDelivery,
  'workspaceId' | 'webhookId' | 'webhookVersion' | 'leaseToken' | 'succeededBefore' | 'envelope'
> & {
  readonly succeededAt: number | null
  /** null: there is no capacity for it beside those before. */
  readonly envelope: string | null
}

export const DUE_PULLED = statement<DueRow>(
  'due_pulled',
  `SELECT d.day AS place, d.id, d.event_id AS "eventId", d.event_key AS "eventKey", d.order_key AS "orderKey",
  d.created_at AS "createdAt", d.attempts, d.scheduled_attempts AS "scheduledAttempts", d."trigger",
  d.succeeded_at AS "succeededAt",
  CASE WHEN d.nth = 1 OR sum(octet_length(e.body)) OVER (ORDER BY d.nth) <= $5::bigint THEN e.body END AS envelope
FROM (
  SELECT due.*, row_number() OVER (ORDER BY due.next_attempt_at, due.seq) AS nth FROM (
    SELECT * FROM deliveries d WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.workspace_id = $1
      AND d.webhook_id = $2 AND d.next_attempt_at <= $3
    ORDER BY d.workspace_id, d.webhook_id, d.next_attempt_at, d.seq LIMIT $4) due) d
  JOIN events e ON e.workspace_id = d.workspace_id AND e.day = d.day AND e.seq = d.event_seq
ORDER BY d.nth`,
)

export const NEXT_PULLED = statement<{ readonly dueAt: number }>(
  'next_pulled',
  `SELECT d.next_attempt_at AS "dueAt" FROM deliveries d
WHERE d.status = 'queued' AND d.next_attempt_at IS NOT NULL AND d.workspace_id = $1 AND d.webhook_id = $2
ORDER BY d.workspace_id, d.webhook_id, d.next_attempt_at, d.seq LIMIT 1 OFFSET $3`,
)

export const LIST_DUE_PULLS = statement<{ readonly webhookId: string }>(
  'list_due_pulls',
  `SELECT q.webhook_id AS "webhookId" FROM (${rowsOf({ workspace_id: 'text', webhook_id: 'text' })}) q
  JOIN webhooks w ON w.workspace_id = q.workspace_id AND w.id = q.webhook_id AND w.is_active = 1 AND w.deleted_at IS NULL
  CROSS JOIN LATERAL (${firstOf('q')}) first WHERE first.next_attempt_at <= $3`,
)

const NOTHING: PullPeek = { due: [], nextDueAt: null }

/** See PullStorage.peekPull. */
export async function peekPull(session: Session, request: PeekRequest, now: number): Promise<PullPeek> {
  const { workspaceId, webhookId, leasesMax, envelopeBytesMax } = request
  const webhook = await session.get(PULL_WEBHOOK, workspaceId, webhookId)
  if (webhook === undefined) return NOTHING
  const limit = Math.min(request.limit, leasesMax - webhook.open)
  const rows = limit > 0 ? await session.all(DUE_PULLED, workspaceId, webhookId, now, limit, envelopeBytesMax) : []
  const due = rows.flatMap(({ succeededAt, envelope, ...row }): PeekedDelivery[] => {
    if (envelope === null) return []
    const ofWebhook = { workspaceId, webhookId, webhookVersion: webhook.version }
    return [{ ...row, ...ofWebhook, envelope, succeededBefore: succeededAt !== null, leaseToken: '' }]
  })
  return { due, nextDueAt: (await session.get(NEXT_PULLED, workspaceId, webhookId, due.length))?.dueAt ?? null }
}

/** See PullStorage.listDuePulls. */
export async function listDuePulls(session: Session, webhooks: readonly PullKey[], now: number): Promise<string[]> {
  if (webhooks.length === 0) return []
  const workspaceIds = webhooks.map(({ workspaceId }) => workspaceId)
  const webhookIds = webhooks.map(({ webhookId }) => webhookId)
  return (await session.all(LIST_DUE_PULLS, workspaceIds, webhookIds, now)).map(({ webhookId }) => webhookId)
}
