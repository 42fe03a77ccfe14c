// Owns what one batch of results means for each webhook: counters, last delivery, since when it fails, statistics.
// One UPDATE per webhook, not one per result: a busy webhook has hundreds in a batch.
import { StatisticsTally } from '../../insight/statistics/statistics-tally.ts'
import type { AttemptResult } from '../interface/hot-storage.ts'
import { readTimings } from './attempt-record.ts'

export interface WebhookTally {
  readonly workspaceId: string
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
  readonly statistics = new StatisticsTally()

  /**
   * Counters count what the delivery is after its attempt; health, how the attempt itself ended: one that fails after an earlier
   * success leaves its delivery `success`.
   * @param endedAt milliseconds
   */
  add({ webhookId, lease: { workspaceId }, status, attempt }: AttemptResult, endedAt: number): void {
    const { outcome, responseStatus, remoteAddress, durationMs, error } = attempt
    const counted = { outcome, responseStatus, remoteAddress, durationMs, error, timings: readTimings(attempt.timings) }
    this.statistics.addAttempt(workspaceId, webhookId, counted, status, endedAt)
    const tally = this.#tallyOf(workspaceId, webhookId)
    tally.lastEndedAt = Math.max(tally.lastEndedAt, endedAt)
    if (status === 'success') tally.successes++
    if (status === 'failed') tally.failures++
    if (attempt.error === null) {
      tally.hasSucceeded = true
      tally.failingSince = null
    } else tally.failingSince ??= endedAt
  }

  /** By webhook. */
  get tallies(): ReadonlyMap<string, Readonly<WebhookTally>> {
    return this.#tallies
  }

  #tallyOf(workspaceId: string, webhookId: string): WebhookTally {
    const known = this.#tallies.get(webhookId)
    if (known !== undefined) return known
    const none = { successes: 0, failures: 0, lastEndedAt: 0, hasSucceeded: false, failingSince: null }
    const tally: WebhookTally = { workspaceId, ...none }
    this.#tallies.set(webhookId, tally)
    return tally
  }
}
