// Owns what one batch of results means for each webhook: counters, last delivery, since when it fails.
// One UPDATE per webhook, not one per result: a busy webhook has hundreds in a batch.
import type { DeliveryStatus } from '@timbre/contract/delivery.ts'

export interface WebhookTally {
  successes: number
  failures: number
  lastEndedAt: number
  /** A success came in this batch: what was failing before it is over. */
  hasSucceeded: boolean
  /** The first failure after the last success of this batch. */
  failingSince: number | null
}

export class WebhookHealthBatch {
  readonly #tallies = new Map<string, WebhookTally>()

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

  /** By webhook. */
  get tallies(): ReadonlyMap<string, Readonly<WebhookTally>> {
    return this.#tallies
  }

  #tallyOf(webhookId: string): WebhookTally {
    const known = this.#tallies.get(webhookId)
    if (known !== undefined) return known
    const tally: WebhookTally = { successes: 0, failures: 0, lastEndedAt: 0, hasSucceeded: false, failingSince: null }
    this.#tallies.set(webhookId, tally)
    return tally
  }
}
