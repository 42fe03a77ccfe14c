// Owns the question when the next queued delivery of an active webhook is due: one index seek per webhook.
import { QUEUED_WEBHOOKS } from './claim-due.ts'
import type { Session } from './session.ts'
import { statement } from './statement.ts'

export const NEXT_DUE_AT = statement<{ readonly dueAt: number | null }>(
  'next_due_at',
  `${QUEUED_WEBHOOKS}
SELECT min((SELECT d.next_attempt_at FROM deliveries d
  WHERE d.status = 'queued' AND d.webhook_id = w.id AND d.next_attempt_at IS NOT NULL
  ORDER BY d.next_attempt_at LIMIT 1)) AS "dueAt"
FROM queued CROSS JOIN LATERAL (
  SELECT w.id FROM webhooks w WHERE w.id = queued.webhook_id AND w.is_active = 1 AND w.deleted_at IS NULL OFFSET 0) w`,
)

/** See HotStorage.nextDueAt. */
export async function nextDueAt(session: Session): Promise<number | null> {
  return (await session.get(NEXT_DUE_AT, ''))?.dueAt ?? null
}
