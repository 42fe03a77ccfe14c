// Owns the end of deleted webhooks: the row goes when no delivery refers to it any more, and with it its replays, counters and buckets
// of statistics; the numbers of
// webhooks and subscriptions go when no row of history has them.
// Must never remove the highest number of all: SQLite would give it once more, and what is remembered would be of another.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { numberOf } from '../schema/id-numbers.ts'

export const DELETED_WEBHOOKS = `
SELECT w.workspace_id AS workspaceId, w.id, EXISTS (
  SELECT 1 FROM delivery_rows d INDEXED BY delivery_rows_of_webhook
  WHERE d.workspace = ${numberOf('w.workspace_id')} AND d.webhook = ${numberOf('w.id')}) AS isReferredTo
FROM webhooks w INDEXED BY webhooks_deleted
WHERE w.deleted_at IS NOT NULL AND (w.workspace_id, w.id) > (?, ?) ORDER BY w.workspace_id, w.id LIMIT ?`

export const LEFT_NUMBERS = `
SELECT l.number, l.number = (SELECT max(number) FROM ids) OR EXISTS (
  SELECT 1 FROM delivery_rows d INDEXED BY delivery_rows_of_webhook
  WHERE d.workspace = ${numberOf('l.workspace_id')} AND d.webhook = ${numberOf('l.webhook_id')}
    AND d.seq <= l.last_delivery) AS isReferredTo
FROM ids_left l WHERE l.number > ? ORDER BY l.number LIMIT ?`

interface DeletedWebhook {
  readonly workspaceId: string
  readonly id: string
  readonly isReferredTo: 0 | 1
}

interface LeftNumber {
  readonly number: number
  readonly isReferredTo: 0 | 1
}

const FIRST_WEBHOOK = { workspaceId: '', id: '' }

export class RemoveDeletedWebhooks {
  readonly #db: DatabaseSync
  readonly #webhooks: Statement<DeletedWebhook>
  readonly #numbers: Statement<LeftNumber>
  readonly #removals: readonly Statement<never>[]
  readonly #removeMark: Statement<never>
  readonly #forget: Statement<never>
  readonly #removeNumber: Statement<never>
  /** Where the next batch goes on: those that are referred to are passed over until the next time. */
  #webhook: Pick<DeletedWebhook, 'workspaceId' | 'id'> = FIRST_WEBHOOK
  #number = 0

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#webhooks = prepare(db, DELETED_WEBHOOKS)
    this.#numbers = prepare(db, LEFT_NUMBERS)
    this.#removals = [
      prepare(db, 'DELETE FROM replays WHERE workspace_id = ? AND webhook_id = ?'),
      prepare(db, 'DELETE FROM statistics_buckets WHERE workspace_id = ? AND webhook_id = ?'),
      prepare(db, 'DELETE FROM webhook_counters WHERE workspace_id = ? AND webhook_id = ?'),
      prepare(db, 'DELETE FROM webhooks WHERE workspace_id = ? AND id = ?'),
    ]
    this.#removeMark = prepare(db, `DELETE FROM due_webhooks WHERE webhook = ${numberOf('?')}`)
    this.#forget = prepare(db, 'DELETE FROM ids_left WHERE number = ?')
    this.#removeNumber = prepare(db, 'DELETE FROM ids WHERE number = ?')
  }

  /** See RemovalStorage.removeDeletedWebhooks. */
  run(limit: number): boolean {
    // Nothing to remove is the common case: a transaction that wrote nothing costs no fsync.
    return inTransaction(this.#db, () => {
      const removed = this.#removeWebhooks(limit)
      return this.#removeNumbers(limit) || removed
    })
  }

  #removeWebhooks(limit: number): boolean {
    const { workspaceId, id } = this.#webhook
    const rows = this.#webhooks.all(workspaceId, id, limit)
    const gone = rows.filter(({ isReferredTo }) => isReferredTo === 0)
    for (const webhook of gone) {
      this.#removeMark.run(webhook.id)
      for (const removal of this.#removals) removal.run(webhook.workspaceId, webhook.id)
    }
    this.#webhook = rows.length < limit ? FIRST_WEBHOOK : (rows.at(-1) ?? FIRST_WEBHOOK)
    return rows.length === limit && gone.length > 0
  }

  #removeNumbers(limit: number): boolean {
    const rows = this.#numbers.all(this.#number, limit)
    const gone = rows.filter(({ isReferredTo }) => isReferredTo === 0)
    for (const { number } of gone) {
      this.#removeNumber.run(number)
      this.#forget.run(number)
    }
    this.#number = rows.length < limit ? 0 : (rows.at(-1)?.number ?? 0)
    return rows.length === limit && gone.length > 0
  }
}
