// Owns what one batch of results means for each webhook: counters, last delivery, since when it fails.
// One UPDATE per webhook, not one per result: a busy webhook has hundreds in a batch.
import type { DatabaseSync } from 'node:sqlite'
import type { DeliveryStatus } from '@timbre/contract/delivery.ts'
import { prepare, type Statement } from './statement.ts'

interface Tally {
  successes: number
  failures: number
  lastEndedAt: number
  /** A success came in this batch: what was failing before it is over. */
  hasSucceeded: boolean
  /** The first failure after the last success of this batch. */
  failingSince: number | null
}

const WRITE = `
UPDATE webhooks SET
  success_count = success_count + ?2, failure_count = failure_count + ?3,
  last_delivery_at = max(coalesce(last_delivery_at, 0), ?4),
  failing_since = CASE ?5 WHEN 1 THEN ?6 ELSE coalesce(failing_since, ?6) END
WHERE id = ?1`

/** Prepared once by who makes the batches. */
export function prepareHealthWrite(db: DatabaseSync): Statement<never> {
  return prepare(db, WRITE)
}

export class WebhookHealthBatch {
  readonly #tallies = new Map<string, Tally>()

  /**
   * @param status what the delivery is after its attempt, which the counters count
   * @param hasSucceeded how the attempt itself ended: one that fails after an earlier success leaves its delivery `success`
   */
  add(webhookId: string, status: Exclude<DeliveryStatus, 'sending'>, hasSucceeded: boolean, endedAt: number): void {
    const tally = this.#tallyOf(webhookId)
    tally.lastEndedAt = Math.max(tally.lastEndedAt, endedAt)
    if (status === 'success') tally.successes++
    if (status === 'failed') tally.failures++
    if (hasSucceeded) {
      tally.hasSucceeded = true
      tally.failingSince = null
    } else tally.failingSince ??= endedAt
  }

  write(statement: Statement<never>): void {
    for (const [webhookId, tally] of this.#tallies) {
      const { successes, failures, lastEndedAt, hasSucceeded, failingSince } = tally
      statement.run(webhookId, successes, failures, lastEndedAt, hasSucceeded ? 1 : 0, failingSince)
    }
  }

  #tallyOf(webhookId: string): Tally {
    const known = this.#tallies.get(webhookId)
    if (known !== undefined) return known
    const tally: Tally = { successes: 0, failures: 0, lastEndedAt: 0, hasSucceeded: false, failingSince: null }
    this.#tallies.set(webhookId, tally)
    return tally
  }
}
