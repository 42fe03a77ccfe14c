// Owns the end of what is still queued for webhooks that were deleted.
import type { DatabaseSync } from 'node:sqlite'
import { failedWithoutAttempt } from '../../../insight/statistics/statistics-tally.ts'
import { ChangeBatch } from '../../shared/change-batch.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { type ChangeLog, changePlace } from '../record/change-log.ts'
import { AddIncrements, COUNT_ENDS } from '../record/write-webhook-health.ts'

/** Also those that await their turn in a call and are in no index of due rows. */
export const ORPHANS = `
SELECT d.seq, d.id, d.attempts, w.workspace_id AS workspaceId, w.id AS webhookId
FROM webhooks w INDEXED BY webhooks_deleted
  CROSS JOIN ids o ON o.id = w.workspace_id CROSS JOIN ids h ON h.id = w.id
  CROSS JOIN delivery_rows d INDEXED BY delivery_rows_left_of_webhook ON d.workspace = o.number AND d.webhook = h.number
WHERE w.deleted_at IS NOT NULL AND d.status IN ('queued', 'failed') AND d.status = 'queued' LIMIT ?`

const END = `
UPDATE delivery_rows SET status = 'failed', next_attempt_at = NULL, awaits_turn = 0, updated_at = ?,
  last_error = ? WHERE seq = ?`

const ERROR = 'The webhook was deleted.'

interface Orphan {
  readonly seq: number
  readonly id: string
  readonly attempts: number
  readonly workspaceId: string
  readonly webhookId: string
}

export class EndOrphanedDeliveries {
  readonly #db: DatabaseSync
  readonly #changes: ChangeLog
  readonly #orphans: Statement<Orphan>
  readonly #end: Statement<never>
  readonly #count: Statement<never>
  readonly #increments: AddIncrements

  constructor(db: DatabaseSync, changes: ChangeLog) {
    this.#db = db
    this.#changes = changes
    this.#orphans = prepare(db, ORPHANS)
    this.#end = prepare(db, END)
    this.#count = prepare(db, COUNT_ENDS)
    this.#increments = new AddIncrements(db)
  }

  /** See HotStorage.endOrphanedDeliveries. */
  run(limit: number, now: number): number {
    const orphans = this.#orphans.all(limit)
    if (orphans.length === 0) return 0
    inTransaction(this.#db, () => {
      const ended = new Map<string, { readonly workspaceId: string; count: number }>()
      const batch = new ChangeBatch()
      for (const { seq, id, attempts, workspaceId, webhookId } of orphans) {
        this.#end.run(now, ERROR, seq)
        const place = changePlace(seq, id)
        batch.add(workspaceId, { place, status: 'failed', attempts, nextAttemptAt: null, updatedAt: now, error: ERROR })
        const of = ended.get(webhookId) ?? { workspaceId, count: 0 }
        of.count++
        ended.set(webhookId, of)
      }
      this.#changes.write(batch, now)
      for (const [webhookId, { workspaceId, count }] of ended) {
        this.#count.run(workspaceId, webhookId, 0, count, null)
        this.#increments.run([failedWithoutAttempt(workspaceId, webhookId, count, now)])
      }
    })
    return orphans.length
  }
}
