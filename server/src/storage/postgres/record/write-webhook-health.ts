// Owns writing what a batch of results means for each webhook, in one statement.
import type { WebhookHealthBatch } from '../../shared/webhook-health-batch.ts'
import { columnsOf } from '../wire/columns.ts'
import type { Session } from '../wire/session.ts'
import { rowsOf, statement } from '../wire/statement.ts'

const TALLIES = rowsOf({
  workspace_id: 'text',
  id: 'text',
  successes: 'bigint',
  failures: 'bigint',
  ended_at: 'bigint',
  has_succeeded: 'int',
  failing_since: 'bigint',
})

/** Locked in one order everywhere: two nodes that record for the same webhooks must not wait for each other. */
export const WRITE_HEALTH = statement(
  'write_health',
  `WITH locked AS MATERIALIZED (
  SELECT w.workspace_id, w.id, q.successes, q.failures, q.ended_at, q.has_succeeded, q.failing_since
  FROM (${TALLIES}) q
    JOIN webhooks w ON w.workspace_id = q.workspace_id AND w.id = q.id
  ORDER BY w.id FOR NO KEY UPDATE OF w)
UPDATE webhooks u SET
  success_count = u.success_count + q.successes, failure_count = u.failure_count + q.failures,
  last_delivery_at = greatest(u.last_delivery_at, q.ended_at),
  failing_since = CASE q.has_succeeded WHEN 1 THEN q.failing_since ELSE coalesce(u.failing_since, q.failing_since) END
FROM locked q WHERE u.workspace_id = q.workspace_id AND u.id = q.id`,
)

/** @param workspaceOf by webhook */
export async function writeWebhookHealth(
  session: Session,
  { tallies }: WebhookHealthBatch,
  workspaceOf: ReadonlyMap<string, string>,
): Promise<void> {
  if (tallies.size === 0) return
  const columns = columnsOf(
    [...tallies],
    ([webhookId]) => workspaceOf.get(webhookId) ?? '',
    ([webhookId]) => webhookId,
    ([, { successes }]) => successes,
    ([, { failures }]) => failures,
    ([, { lastEndedAt }]) => lastEndedAt,
    ([, { hasSucceeded }]) => (hasSucceeded ? 1 : 0),
    ([, { failingSince }]) => failingSince,
  )
  await session.run(WRITE_HEALTH, ...columns)
}
