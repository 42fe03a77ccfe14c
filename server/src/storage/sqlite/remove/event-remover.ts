// Owns the removal of one event with its deliveries and attempts, as far as a budget goes.
// Must run inside a transaction of the caller, who decides which events may go.
//
// The newest row of a table is emptied instead of deleted, and deleted once there is a newer one: SQLite numbers a new
// row one above the greatest, so that no sequence number is ever given twice, and cursors stay true. AUTOINCREMENT does
// the same and costs every accepted event (docs/decisions/0013-retention-and-erasure.md).
import type { DatabaseSync } from 'node:sqlite'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { RemovalBudget } from '../../shared/removal-budget.ts'
import { prepare, type Statement } from '../connection/statement.ts'

export interface RemovedDelivery {
  readonly seq: number
  readonly id: string
  readonly webhookId: string
  readonly status: DeliveryStatus
}

export const DELIVERIES_OF_EVENT = `
SELECT d.seq, d.id, h.id AS webhookId, d.status FROM delivery_rows d INDEXED BY delivery_rows_of_event
  CROSS JOIN ids h ON h.number = d.webhook
WHERE d.event_seq = ?`

export const REMOVE_ATTEMPTS = `
DELETE FROM attempt_rows WHERE rowid IN (
  SELECT rowid FROM attempt_rows INDEXED BY attempt_rows_of_delivery WHERE delivery_seq = ? LIMIT ?)`

const EMPTY_EVENT = `
UPDATE event_rows SET workspace = 0, id = '', type = '', agent_id = NULL, call_id = NULL, created_at = 0,
  accepted_at = 0, delivery_count = 0, body = '' WHERE seq = ?`

/** A success is in none of the indexes of what is due or left. */
const EMPTY_DELIVERY = `
UPDATE delivery_rows SET workspace = 0, id = '', webhook = 0, subscription = NULL, event_seq = 0,
  event_key = '', status = 'success', attempts = 0, scheduled_attempts = 0, created_at = 0, updated_at = 0,
  next_attempt_at = NULL, lease_token = NULL, lease_until = NULL, order_key = NULL, awaits_turn = 0, held_until = NULL,
  succeeded_at = NULL, response_status = NULL, last_error = NULL WHERE seq = ?`

export class EventRemover {
  readonly #deliveriesOf: Statement<RemovedDelivery>
  readonly #removeAttempts: Statement<never>
  readonly #events: RowRemover
  readonly #deliveries: RowRemover

  constructor(db: DatabaseSync) {
    this.#deliveriesOf = prepare(db, DELIVERIES_OF_EVENT)
    this.#removeAttempts = prepare(db, REMOVE_ATTEMPTS)
    this.#events = new RowRemover(db, 'event_rows', EMPTY_EVENT)
    this.#deliveries = new RowRemover(db, 'delivery_rows', EMPTY_DELIVERY)
  }

  /**
   * Removes the deliveries first and the event last.
   * @param onDelivery called with each delivery that was removed
   * @returns false when the budget ended before the event was gone
   */
  remove(eventSeq: number, budget: RemovalBudget, onDelivery?: (delivery: RemovedDelivery) => void): boolean {
    for (const delivery of this.#deliveriesOf.all(eventSeq)) {
      if (!this.#removeDelivery(delivery, budget)) return false
      onDelivery?.(delivery)
    }
    if (budget.isSpent) return false
    this.#events.remove(eventSeq)
    budget.noteRemoved('events', 1)
    return true
  }

  #removeDelivery({ seq }: RemovedDelivery, budget: RemovalBudget): boolean {
    if (budget.isSpent) return false
    const { changes } = this.#removeAttempts.run(seq, budget.rowsLeft)
    budget.noteRemoved('attempts', Number(changes))
    // There may be more attempts: the delivery goes in a later batch, after the last of them.
    if (budget.isSpent) return false
    this.#deliveries.remove(seq)
    budget.noteRemoved('deliveries', 1)
    return true
  }
}

/** Removes rows of one table without ever freeing the greatest sequence number. */
class RowRemover {
  readonly #newest: Statement<{ readonly seq: number }>
  readonly #remove: Statement<never>
  readonly #removeEmptied: Statement<never>
  readonly #empty: Statement<never>

  constructor(db: DatabaseSync, table: 'event_rows' | 'delivery_rows', emptySql: string) {
    this.#newest = prepare(db, `SELECT max(seq) AS seq FROM ${table}`)
    this.#remove = prepare(db, `DELETE FROM ${table} WHERE seq = ?`)
    this.#removeEmptied = prepare(db, `DELETE FROM ${table} INDEXED BY ${table}_of_workspace WHERE workspace = 0`)
    this.#empty = prepare(db, emptySql)
  }

  remove(seq: number): void {
    if (this.#newest.get()?.seq !== seq) {
      this.#remove.run(seq)
      return
    }
    this.#removeEmptied.run()
    this.#empty.run(seq)
  }
}
