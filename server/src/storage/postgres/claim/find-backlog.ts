// Owns looking at what of a webhook, or of a workspace, has not ended: one prepared statement, which looks at each row once.
// Must never read more rows than it was told, nor take more than one connection of the hot path at a time.
import type { Pool } from 'pg'
import { type BeyondBound, backlogRow, type CountedBacklog } from '../../shared/backlog-row.ts'
import type { BacklogQuery, BacklogRow } from '../../storage.ts'
import { isLeasedBy } from '../nodes/leases.ts'
import { DUE_COUNT } from '../replay/advance-replay.ts'
import { isQueued } from '../schema/index-conditions.ts'
import { Session } from '../wire/session.ts'
import { statement, statementPlannedOnce } from '../wire/statement.ts'
import { firstOf } from './due-marks.ts'
import { NEXT_PULLED } from './peek-pull.ts'

/** From the leases to their deliveries, the newest leases first: no index has the status (docs/decisions/0022-updates-in-place.md). */
const sending = (rowsMax: string, isWanted: string) => `SELECT count(*) AS looked,
    count(*) FILTER (WHERE ${isWanted}) AS sending, min(created_at) FILTER (WHERE ${isWanted}) AS "oldestSendingAt"
  FROM (SELECT d.* FROM (SELECT * FROM leases ORDER BY until DESC LIMIT ${rowsMax}) l CROSS JOIN LATERAL (
      SELECT d.webhook_id, d.created_at, d.status FROM deliveries d
      WHERE ${isLeasedBy('l', 'd')} AND d.workspace_id || '' = $1 OFFSET 0) d
    LIMIT ${rowsMax}) looked
  WHERE status = 'sending'`

export const BACKLOG_OF_WEBHOOK = statementPlannedOnce<CountedBacklog>(
  'backlog_of_webhook',
  `SELECT * FROM (
  SELECT count(*) AS queued, count(*) FILTER (WHERE next_attempt_at <= $3) AS due,
    min(created_at) AS "oldestQueuedAt", min(next_attempt_at) AS "nextAttemptAt"
  FROM (SELECT d.created_at, d.next_attempt_at FROM deliveries d
    WHERE ${isQueued('d')} AND d.workspace_id = $1 AND d.webhook_id = $2
    ORDER BY d.workspace_id, d.webhook_id, d.seq LIMIT $4::bigint + 1) queued) queued
CROSS JOIN (${sending('$4', 'webhook_id = $2')}) sending`,
)

/** What a deleted webhook still has is never tried. */
export const BACKLOG_OF_WORKSPACE = statementPlannedOnce<CountedBacklog>(
  'backlog_of_workspace',
  `SELECT * FROM (
  SELECT count(*) AS queued, 0 AS due, min(created_at) AS "oldestQueuedAt",
    min(next_attempt_at) FILTER (WHERE webhook_id NOT IN (
      SELECT w.id FROM webhooks w WHERE w.workspace_id = $1 AND w.deleted_at IS NOT NULL)) AS "nextAttemptAt"
  FROM (SELECT d.webhook_id, d.created_at, d.next_attempt_at FROM deliveries d
    WHERE ${isQueued('d')} AND d.workspace_id = $1
    ORDER BY d.workspace_id, d.seq LIMIT $2::bigint + 1) queued) queued
CROSS JOIN (${sending('$2', 'true')}) sending`,
)

/** Of so many webhooks, one seek each. */
const WEBHOOKS_MAX = 1_000

export const NEXT_OF_WORKSPACE = statement<{ readonly dueAt: number | null }>(
  'next_of_workspace',
  `SELECT min(first.next_attempt_at) AS "dueAt" FROM (
    SELECT workspace_id, id AS webhook_id FROM webhooks WHERE workspace_id = $1 AND deleted_at IS NULL LIMIT ${WEBHOOKS_MAX}) w
  CROSS JOIN LATERAL (${firstOf('w')}) first`,
)

export class FindBacklog {
  readonly #session: Session
  #last: Promise<unknown> = Promise.resolve()

  /** @param pool of the hot path: there a plan is kept, which takes longer to be made than to be run */
  constructor(pool: Pool) {
    this.#session = new Session(pool)
  }

  /** See StatisticsStorage.findBacklog. Who asks meanwhile waits. */
  run(query: BacklogQuery): Promise<BacklogRow> {
    const { webhookId } = query
    const found = this.#last.then(() =>
      webhookId === null ? this.#ofWorkspace(query) : this.#ofWebhook({ ...query, webhookId }),
    )
    this.#last = found.catch(() => {})
    return found
  }

  async #ofWebhook({ workspaceId, webhookId, now, rowsMax, dueMax }: BacklogQuery & { webhookId: string }) {
    const rows = await this.#session.all(BACKLOG_OF_WEBHOOK, workspaceId, webhookId, now, rowsMax)
    return this.#complete(rows, rowsMax, async () => ({
      due: dueMax === 0 ? 0 : ((await this.#session.get(DUE_COUNT, workspaceId, webhookId, now, dueMax))?.count ?? 0),
      nextAttemptAt: (await this.#session.get(NEXT_PULLED, workspaceId, webhookId, 0))?.dueAt ?? null,
    }))
  }

  async #ofWorkspace({ workspaceId, rowsMax }: BacklogQuery) {
    const rows = await this.#session.all(BACKLOG_OF_WORKSPACE, workspaceId, rowsMax)
    return this.#complete(rows, rowsMax, async () => ({
      due: 0,
      nextAttemptAt: (await this.#session.get(NEXT_OF_WORKSPACE, workspaceId))?.dueAt ?? null,
    }))
  }

  async #complete(
    rows: readonly CountedBacklog[],
    rowsMax: number,
    lookBeyond: () => Promise<BeyondBound>,
  ): Promise<BacklogRow> {
    // Aggregates without groups: one row.
    const counted = rows[0] as CountedBacklog
    return backlogRow(counted, rowsMax, counted.queued > rowsMax ? await lookBeyond() : undefined)
  }
}
