// Owns the question when the next queued delivery of an active webhook is due: the first mark, corrected when it is not right.

import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'
import { activeWebhook, firstOf, PARK_MARKS, settleMarks, type WebhookKey } from './due-marks.ts'

interface FirstMark extends WebhookKey {
  readonly dueAt: number
  readonly isActive: boolean
  /** When the first delivery of the webhook is due. */
  readonly exactly: number | null
}

/** Among marks of one time the webhook does not matter. */
export const NEXT_DUE_AT = statement<FirstMark>(
  'next_due_at',
  `SELECT m.workspace_id AS "workspaceId", m.webhook_id AS "webhookId", m.due_at AS "dueAt", w.id IS NOT NULL AS "isActive",
  first.next_attempt_at AS exactly
FROM (SELECT * FROM due_marks ORDER BY due_at, workspace_id, webhook_id LIMIT 1) m
  LEFT JOIN LATERAL (${activeWebhook('m')}) w ON true LEFT JOIN LATERAL (${firstOf('m')}) first ON true`,
)

/** So many corrections at once: what is then said is too early at worst, and asked again soon. */
const CORRECTIONS_MAX = 50

/** See HotStorage.nextDueAt. */
export async function nextDueAt(session: Session): Promise<number | null> {
  for (let corrections = 0; ; corrections++) {
    const first = await session.get(NEXT_DUE_AT)
    if (first === undefined) return null
    const { dueAt, isActive, exactly } = first
    if ((isActive && exactly === dueAt) || corrections === CORRECTIONS_MAX) return dueAt
    if (isActive) await settleMarks(session, [first])
    else await session.run(PARK_MARKS)
  }
}
