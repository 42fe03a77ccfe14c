// Owns the question when the next queued delivery of an active webhook is due: one index seek per webhook.
import { ACTIVE_WEBHOOK, QUEUED_WEBHOOKS } from './claim-due.ts'
import type { Session } from './session.ts'
import { statement } from './statement.ts'

export const NEXT_DUE_AT = statement<{ readonly dueAt: number | null }>(
  'next_due_at',
  `${QUEUED_WEBHOOKS}
SELECT min(queued.due_at) AS "dueAt" FROM queued ${ACTIVE_WEBHOOK}`,
)

/** See HotStorage.nextDueAt. */
export async function nextDueAt(session: Session): Promise<number | null> {
  return (await session.get(NEXT_DUE_AT, '', ''))?.dueAt ?? null
}
