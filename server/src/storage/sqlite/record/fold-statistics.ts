// Owns folding: one bounded batch of increments is taken away and added to the buckets, in one transaction.
import type { DatabaseSync } from 'node:sqlite'
import { addWritten, writeCells } from '../../../insight/statistics/cells.ts'
import { type FoldedBucket, foldIncrements } from '../../../insight/statistics/folded-buckets.ts'
import type { StatisticsIncrement } from '../../../insight/statistics/statistics-tally.ts'
import type { FoldBounds } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'

const FIRST_INCREMENTS = `
SELECT increment_id AS id, workspace_id AS workspaceId, webhook_id AS webhookId, minute, cells FROM statistics_increments
ORDER BY increment_id LIMIT ?`

/** All at once: a statement for each would be as much work again. */
const REMOVE_INCREMENTS = 'DELETE FROM statistics_increments WHERE increment_id IN (SELECT value FROM json_each(?))'

const READ_BUCKET = `
SELECT cells FROM statistics_buckets WHERE workspace_id = ? AND webhook_id = ? AND size = ? AND start_at = ?`

const WRITE_BUCKET = `
INSERT INTO statistics_buckets (workspace_id, webhook_id, size, start_at, cells) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, webhook_id, size, start_at) DO UPDATE SET cells = excluded.cells`

export class FoldStatistics {
  readonly #db: DatabaseSync
  readonly #first: Statement<StatisticsIncrement & { readonly id: number }>
  readonly #remove: Statement<never>
  readonly #webhook: Statement<{ readonly id: string }>
  readonly #read: Statement<{ readonly cells: string }>
  readonly #write: Statement<never>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#first = prepare(db, FIRST_INCREMENTS)
    this.#remove = prepare(db, REMOVE_INCREMENTS)
    this.#webhook = prepare(db, 'SELECT id FROM webhooks WHERE id = ? AND deleted_at IS NULL')
    this.#read = prepare(db, READ_BUCKET)
    this.#write = prepare(db, WRITE_BUCKET)
  }

  /** See StatisticsStorage.foldStatistics. */
  run({ rowsMax, webhooksMax }: FoldBounds): boolean {
    return inTransaction(this.#db, () => {
      const first = this.#first.all(rowsMax)
      const webhooks = new Set<string>()
      // All there are of a few webhooks: so each of their buckets is written once.
      const increments = first.filter(
        ({ webhookId }) => webhooks.has(webhookId) || (webhooks.size < webhooksMax && webhooks.add(webhookId)),
      )
      const isKept = (webhookId: string) => this.#webhook.get(webhookId) !== undefined
      for (const bucket of foldIncrements(increments, isKept)) this.#add(bucket)
      this.#remove.run(JSON.stringify(increments.map(({ id }) => id)))
      return first.length === rowsMax || increments.length < first.length
    })
  }

  #add({ workspaceId, webhookId, size, startAt, cells }: FoldedBucket): void {
    const before = this.#read.get(workspaceId, webhookId, size, startAt)
    if (before !== undefined) addWritten(cells, before.cells)
    this.#write.run(workspaceId, webhookId, size, startAt, writeCells(cells))
  }
}
