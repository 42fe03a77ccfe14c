// Owns giving leased deliveries back to the table: those that are returned, and those whose holder is gone.
import type { DatabaseSync } from 'node:sqlite'
import type { DeliveryLease } from '../../storage.ts'
import { prepare, type Statement } from '../connection/statement.ts'
import { inTransaction } from '../connection/transaction.ts'
import { numberOf } from '../schema/id-numbers.ts'
import { DueWebhooks } from './due-webhooks.ts'

const RELEASE = `
UPDATE delivery_rows SET status = 'queued', next_attempt_at = ?, lease_token = NULL, lease_until = NULL
WHERE seq = ? AND workspace = ${numberOf('?')} AND lease_token = ?`

/** What is leased is as much as fits into memory, so that no index on the time is needed. */
export const EXPIRED = `
SELECT seq FROM delivery_rows INDEXED BY delivery_rows_unfinished
WHERE status <> 'success' AND status = 'sending' AND lease_until <= ?`

const RESCUE = `
UPDATE delivery_rows SET status = 'queued', next_attempt_at = ?1, updated_at = ?1, lease_token = NULL, lease_until = NULL
WHERE seq = ?2`

export class RescueDeliveries {
  readonly #db: DatabaseSync
  readonly #due: DueWebhooks
  readonly #release: Statement<never>
  readonly #expired: Statement<{ readonly seq: number }>
  readonly #rescue: Statement<never>

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#due = new DueWebhooks(db)
    this.#release = prepare(db, RELEASE)
    this.#expired = prepare(db, EXPIRED)
    this.#rescue = prepare(db, RESCUE)
  }

  /** See HotStorage.releaseDeliveries. A lease that was lost meanwhile is left alone. */
  release(leases: readonly DeliveryLease[], dueAt: number): void {
    if (leases.length === 0) return
    inTransaction(this.#db, () => {
      for (const { workspaceId, place, leaseToken } of leases) this.#release.run(dueAt, place, workspaceId, leaseToken)
    })
  }

  /** See HotStorage.rescueDeliveries. */
  rescue(now: number, all: boolean): number {
    // At the start, when nobody waits: whatever an earlier process or a tool has left behind is found.
    if (all) this.#due.noteAll()
    const expired = this.#expired.all(all ? Number.MAX_SAFE_INTEGER : now)
    if (expired.length === 0) return 0
    inTransaction(this.#db, () => {
      for (const { seq } of expired) this.#rescue.run(now, seq)
    })
    return expired.length
  }
}
