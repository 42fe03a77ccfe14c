// Owns the end of what is still queued for webhooks that were deleted.
import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'

/** Also those that await their turn in a call and are in no index of due rows. */
export const ORPHANS = `
SELECT d.seq, w.id AS webhookId
FROM webhooks w INDEXED BY webhooks_deleted
  CROSS JOIN ids o ON o.id = w.workspace_id CROSS JOIN ids h ON h.id = w.id
  CROSS JOIN delivery_rows d INDEXED BY delivery_rows_left_of_webhook ON d.workspace = o.number AND d.webhook = h.number
WHERE w.deleted_at IS NOT NULL AND d.status IN ('queued', 'failed') AND d.status = 'queued' LIMIT ?`

const END = `
UPDATE delivery_rows SET status = 'failed', next_attempt_at = NULL, awaits_turn = 0, updated_at = ?,
  last_error = 'The webhook was deleted.' WHERE seq = ?`

const COUNT = 'UPDATE webhooks SET failure_count = failure_count + ? WHERE id = ?'

export class EndOrphanedDeliveries {
  readonly #db: DatabaseSync
  readonly #orphans: Statement<{ readonly seq: number; readonly webhookId: string }>
  readonly #end: Statement<never>
  readonly #count: Statement<never>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#orphans = prepare(db, ORPHANS)
    this.#end = prepare(db, END)
    this.#count = prepare(db, COUNT)
  }

  /** See HotStorage.endOrphanedDeliveries. */
  run(limit: number, now: number): number {
    const orphans = this.#orphans.all(limit)
    if (orphans.length === 0) return 0
    inTransaction(this.#db, () => {
      const ended = new Map<string, number>()
      for (const { seq, webhookId } of orphans) {
        this.#end.run(now, seq)
        ended.set(webhookId, (ended.get(webhookId) ?? 0) + 1)
      }
      for (const [webhookId, count] of ended) this.#count.run(count, webhookId)
    })
    return orphans.length
  }
}
