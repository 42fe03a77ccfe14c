// Owns the end of deleted webhooks: the row goes when no delivery refers to it any more, and with it its replays,
// counters and buckets of statistics.
import type { Pool } from 'pg'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

interface DeletedWebhook {
  readonly workspaceId: string
  readonly id: string
  readonly isGone: boolean
}

/** An event that is being accepted may have matched the webhook before it was deleted; no transaction takes so long. */
const GRACE_MS = 10 * 60_000
const FIRST = { workspaceId: '', id: '' }

export const REMOVE_DELETED_WEBHOOKS = statement<DeletedWebhook>(
  'remove_deleted_webhooks',
  `WITH deleted AS MATERIALIZED (
  SELECT w.workspace_id, w.id, EXISTS (
    SELECT 1 FROM deliveries d WHERE d.workspace_id = w.workspace_id AND d.webhook_id = w.id) AS is_referred_to
  FROM webhooks w WHERE w.deleted_at IS NOT NULL AND w.deleted_at < $1 AND (w.workspace_id, w.id) > ($2, $3)
  ORDER BY w.workspace_id, w.id LIMIT $4),
gone AS (
  DELETE FROM webhooks w USING deleted d WHERE w.workspace_id = d.workspace_id AND w.id = d.id AND NOT d.is_referred_to),
marks_gone AS (
  DELETE FROM due_marks m USING deleted d WHERE m.workspace_id = d.workspace_id AND m.webhook_id = d.id AND NOT d.is_referred_to),
counters_gone AS (
  DELETE FROM webhook_counters c USING deleted d WHERE c.workspace_id = d.workspace_id AND c.webhook_id = d.id AND NOT d.is_referred_to),
buckets_gone AS (
  DELETE FROM statistics_buckets b USING deleted d WHERE b.workspace_id = d.workspace_id AND b.webhook_id = d.id AND NOT d.is_referred_to),
replays_gone AS (
  DELETE FROM replays r USING deleted d WHERE r.workspace_id = d.workspace_id AND r.webhook_id = d.id AND NOT d.is_referred_to)
SELECT workspace_id AS "workspaceId", id, NOT is_referred_to AS "isGone" FROM deleted ORDER BY 1, 2`,
)

export class RemoveDeletedWebhooks {
  readonly #session: Session
  /** Where the next batch goes on: those that are referred to are passed over until the next time. */
  #after: Pick<DeletedWebhook, 'workspaceId' | 'id'> = FIRST

  constructor(pool: Pool) {
    this.#session = new Session(pool)
  }

  /** See RemovalStorage.removeDeletedWebhooks. */
  async run(limit: number, now: number): Promise<boolean> {
    const { workspaceId, id } = this.#after
    const rows = await this.#session.all(REMOVE_DELETED_WEBHOOKS, now - GRACE_MS, workspaceId, id, limit)
    this.#after = rows.length < limit ? FIRST : (rows.at(-1) ?? FIRST)
    return rows.length === limit && rows.some(({ isGone }) => isGone)
  }
}
