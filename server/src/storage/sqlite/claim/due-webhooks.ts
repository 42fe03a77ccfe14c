// Owns which webhooks have something due (table `due_webhooks`): one row for each that has something queued, with a time that is
// never later than its first delivery is due. Must never be trusted to be exact: who finds it too early corrects it.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'

export interface DueWebhook {
  /** Its number. */
  readonly webhook: number
  readonly dueAt: number
}

const DUE = 'SELECT webhook FROM due_webhooks WHERE due_at <= ?'

const FIRST = 'SELECT webhook, due_at AS dueAt FROM due_webhooks ORDER BY due_at LIMIT 1'

/** Nothing for a webhook that is not active, or of kind `pull`. */
export const FIRST_OF_WEBHOOK = `
SELECT d.next_attempt_at AS dueAt
FROM ids h CROSS JOIN webhooks w ON w.id = h.id CROSS JOIN delivery_rows d INDEXED BY delivery_rows_due
WHERE h.number = ?1 AND w.kind = 'push' AND w.is_active = 1 AND w.deleted_at IS NULL
  AND d.status = 'queued' AND d.webhook = ?1 AND d.next_attempt_at IS NOT NULL
ORDER BY d.next_attempt_at LIMIT 1`

const NOTE = `
INSERT INTO due_webhooks (webhook, due_at) VALUES (?1, ?2)
ON CONFLICT (webhook) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < due_at`

/** One seek for each webhook that has something queued. */
const NOTE_ALL = `
WITH RECURSIVE queued (webhook) AS (
  SELECT (SELECT webhook FROM delivery_rows INDEXED BY delivery_rows_due
    WHERE status = 'queued' AND next_attempt_at IS NOT NULL AND webhook > 0 ORDER BY webhook LIMIT 1)
  UNION ALL
  SELECT (SELECT webhook FROM delivery_rows INDEXED BY delivery_rows_due
    WHERE status = 'queued' AND next_attempt_at IS NOT NULL AND webhook > queued.webhook ORDER BY webhook LIMIT 1)
  FROM queued WHERE webhook IS NOT NULL
)
INSERT INTO due_webhooks (webhook, due_at)
SELECT webhook, (SELECT next_attempt_at FROM delivery_rows INDEXED BY delivery_rows_due
  WHERE status = 'queued' AND webhook = queued.webhook AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at LIMIT 1)
FROM queued WHERE webhook IS NOT NULL
ON CONFLICT (webhook) DO UPDATE SET due_at = excluded.due_at WHERE excluded.due_at < due_at`

export class DueWebhooks {
  readonly #due: Statement<Pick<DueWebhook, 'webhook'>>
  readonly #first: Statement<DueWebhook>
  readonly #firstOfWebhook: Statement<Pick<DueWebhook, 'dueAt'>>
  readonly #note: Statement<never>
  readonly #noteAll: Statement<never>
  readonly #move: Statement<never>
  readonly #forget: Statement<never>

  constructor(db: DatabaseSync) {
    this.#due = prepare(db, DUE)
    this.#first = prepare(db, FIRST)
    this.#firstOfWebhook = prepare(db, FIRST_OF_WEBHOOK)
    this.#note = prepare(db, NOTE)
    this.#noteAll = prepare(db, NOTE_ALL)
    this.#move = prepare(db, 'UPDATE due_webhooks SET due_at = ?2 WHERE webhook = ?1')
    this.#forget = prepare(db, 'DELETE FROM due_webhooks WHERE webhook = ?')
  }

  /** Numbers of webhooks that may have something due, in order: those after a given one first, then the others. */
  after(webhook: number, now: number): number[] {
    const due = this.#due.all(now).map(({ webhook }) => webhook)
    due.sort((a, b) => a - b)
    const start = due.findIndex((number) => number > webhook)
    return start <= 0 ? due : [...due.slice(start), ...due.slice(0, start)]
  }

  /** The one whose time comes first. */
  first(): DueWebhook | undefined {
    return this.#first.get()
  }

  /** When its first delivery is due, milliseconds since 1970; undefined: it has none, or is not active. */
  exactly(webhook: number): number | undefined {
    return this.#firstOfWebhook.get(webhook)?.dueAt
  }

  /** A new delivery of the webhook is queued. Those that are queued again are noted by a trigger. */
  note(webhook: number, dueAt: number): void {
    this.#note.run(webhook, dueAt)
  }

  /** Makes it exact, after deliveries of the webhook were leased, or when it was found not to be active. */
  settle(webhook: number): void {
    const dueAt = this.exactly(webhook)
    if (dueAt === undefined) this.#forget.run(webhook)
    else this.#move.run(webhook, dueAt)
  }

  /** For rows that were put into the file in no usual way. */
  noteAll(): void {
    this.#noteAll.run()
  }
}
