// Owns the end of what is still queued for webhooks that were deleted.
import type { Pool } from 'pg'
import { bucketStart, MINUTE_MS } from '../../../insight/statistics/bucket-sizes.ts'
import { LOG_CHANGES, loggedEntries } from '../record/change-log.ts'
import { ADD_INCREMENTS, COUNT_ENDS, ENDS_COUNTED } from '../record/write-webhook-health.ts'
import { isQueued } from '../schema/index-conditions.ts'
import { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

/** As `change-batch.ts` writes it. */
const ENDED = `json_build_array(id, day, 3, attempts, NULL, $2::bigint, last_error)::text`

/** Also those that await their turn in a call and are in no index of due rows. */
export const END_ORPHANS = statement(
  'end_orphans',
  `WITH orphans AS MATERIALIZED (
  SELECT d.workspace_id, d.day, d.id, d.webhook_id FROM webhooks deleted CROSS JOIN LATERAL (
    SELECT * FROM deliveries d WHERE d.workspace_id = deleted.workspace_id AND d.webhook_id = deleted.id
      AND ${isQueued('d')}
    LIMIT $1 FOR UPDATE SKIP LOCKED) d
  WHERE deleted.deleted_at IS NOT NULL LIMIT $1),
ended AS (
  UPDATE deliveries u SET status = 'failed', next_attempt_at = NULL, awaits_turn = 0, updated_at = $2,
    last_error = 'The webhook was deleted.'
  FROM orphans o WHERE u.workspace_id = o.workspace_id AND u.day = o.day AND u.id = o.id
  RETURNING u.workspace_id, u.webhook_id, u.day, u.id, u.attempts, u.last_error),
logged AS (${LOG_CHANGES} SELECT workspace_id, ${loggedEntries(ENDED, 'id')} FROM ended GROUP BY workspace_id),
counts AS MATERIALIZED (SELECT workspace_id, webhook_id, count(*) AS count FROM ended GROUP BY 1, 2),
counted AS (
  ${COUNT_ENDS} SELECT workspace_id, webhook_id, 0, count, NULL FROM counts ORDER BY 1, 2 ${ENDS_COUNTED}),
increments AS (
  ${ADD_INCREMENTS} SELECT workspace_id, webhook_id, $3::bigint, '{"failed":' || count || '}' FROM counts)
SELECT count(*) AS count FROM ended`,
)

/** See HotStorage.endOrphanedDeliveries. */
export async function endOrphanedDeliveries(pool: Pool, limit: number, now: number): Promise<number> {
  const rows = await new Session(pool).all<{ readonly count: number }>(
    END_ORPHANS,
    limit,
    now,
    bucketStart(now, MINUTE_MS),
  )
  return rows[0]?.count ?? 0
}
