// Owns the question when the next queued delivery of an active webhook is due: one index seek per webhook.
import type { DatabaseSync } from 'node:sqlite'
import { QUEUED_WEBHOOKS } from './claim-due.ts'
import { prepare, type Statement } from './statement.ts'

export const NEXT_DUE_AT = `${QUEUED_WEBHOOKS}
SELECT min((SELECT next_attempt_at FROM delivery_rows INDEXED BY delivery_rows_due
  WHERE status = 'queued' AND webhook = queued.webhook AND next_attempt_at IS NOT NULL
  ORDER BY next_attempt_at LIMIT 1)) AS dueAt
FROM queued CROSS JOIN ids h ON h.number = queued.webhook CROSS JOIN webhooks w ON w.id = h.id
WHERE w.is_active = 1 AND w.deleted_at IS NULL`

export class NextDueAt {
  readonly #statement: Statement<{ readonly dueAt: number | null }>

  constructor(db: DatabaseSync) {
    this.#statement = prepare(db, NEXT_DUE_AT)
  }

  /** See HotStorage.nextDueAt. */
  run(): number | null {
    return this.#statement.get(0)?.dueAt ?? null
  }
}
