// Owns the question when the next queued delivery of an active webhook is due: one seek, and one for each correction.
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from '../connection/transaction.ts'
import { DueWebhooks } from './due-webhooks.ts'

/** So many corrections at once, so that nobody waits for those of a whole tenant that was disabled. */
const CORRECTIONS_MAX = 500

export class NextDueAt {
  readonly #db: DatabaseSync
  readonly #due: DueWebhooks

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#due = new DueWebhooks(db)
  }

  /** See HotStorage.nextDueAt. */
  run(): number | null {
    const first = this.#due.first()
    if (first === undefined) return null
    if (this.#due.exactly(first.webhook) === first.dueAt) return first.dueAt
    return inTransaction(this.#db, () => this.#correct())
  }

  #correct(): number | null {
    for (let corrected = 0; ; corrected++) {
      const first = this.#due.first()
      if (first === undefined) return null
      if (corrected === CORRECTIONS_MAX || this.#due.exactly(first.webhook) === first.dueAt) return first.dueAt
      this.#due.settle(first.webhook)
    }
  }
}
