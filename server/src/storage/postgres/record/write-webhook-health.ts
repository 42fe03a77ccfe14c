// Owns writing what a batch of results means for each webhook, in one statement: its counters, since when it fails, what its
// statistics grow by.
import type { StatisticsIncrement } from '../../../insight/statistics/statistics-tally.ts'
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

/** What a row of `webhooks` (w) has to say after a tally (q). */
const FAILING_SINCE =
  'CASE q.has_succeeded WHEN 1 THEN q.failing_since ELSE coalesce(w.failing_since, q.failing_since) END'

/** The heads of parts of a statement that counts, in the same transaction. */
export const ADD_INCREMENTS = 'INSERT INTO statistics_increments (workspace_id, webhook_id, minute, cells)'
export const COUNT_ENDS =
  'INSERT INTO webhook_counters (workspace_id, webhook_id, success_count, failure_count, last_delivery_at)'
export const ENDS_COUNTED = `ON CONFLICT (workspace_id, webhook_id) DO UPDATE SET
  success_count = webhook_counters.success_count + excluded.success_count, failure_count = webhook_counters.failure_count + excluded.failure_count,
  last_delivery_at = greatest(webhook_counters.last_delivery_at, excluded.last_delivery_at)`

/**
 * Locked in one order everywhere: two nodes that record for the same webhooks must not wait for each other. The rows of webhooks
 * are locked only where they change, which is when a webhook begins to fail or to succeed.
 */
export const WRITE_HEALTH = statement(
  'write_health',
  `WITH tallies AS MATERIALIZED (${TALLIES}),
increments AS (${ADD_INCREMENTS} ${rowsOf({ workspace_id: 'text', webhook_id: 'text', minute: 'bigint', cells: 'text' }, 8)}),
changed AS MATERIALIZED (
  SELECT w.workspace_id, w.id, ${FAILING_SINCE} AS failing_since
  FROM tallies q JOIN webhooks w ON w.workspace_id = q.workspace_id AND w.id = q.id
  WHERE w.failing_since IS DISTINCT FROM ${FAILING_SINCE} ORDER BY w.id FOR NO KEY UPDATE OF w),
written AS (
  UPDATE webhooks u SET failing_since = q.failing_since FROM changed q WHERE u.workspace_id = q.workspace_id AND u.id = q.id)
${COUNT_ENDS} SELECT workspace_id, id, successes, failures, ended_at FROM tallies ORDER BY workspace_id, id
${ENDS_COUNTED}`,
)

export async function writeWebhookHealth(session: Session, { tallies, statistics }: WebhookHealthBatch): Promise<void> {
  if (tallies.size === 0) return
  const columns = columnsOf(
    [...tallies],
    ([, { workspaceId }]) => workspaceId,
    ([webhookId]) => webhookId,
    ([, { successes }]) => successes,
    ([, { failures }]) => failures,
    ([, { lastEndedAt }]) => lastEndedAt,
    ([, { hasSucceeded }]) => (hasSucceeded ? 1 : 0),
    ([, { failingSince }]) => failingSince,
  )
  await session.run(WRITE_HEALTH, ...columns, ...incrementColumns(statistics.increments))
}

function incrementColumns(increments: readonly StatisticsIncrement[]) {
  return columnsOf(
    increments,
    ({ workspaceId }) => workspaceId,
    ({ webhookId }) => webhookId,
    ({ minute }) => minute,
    ({ cells }) => cells,
  )
}
