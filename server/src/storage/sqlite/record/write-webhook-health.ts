// Owns writing what a batch of results means for each webhook: its counters, since when it fails, what its statistics grow by.
import type { DatabaseSync } from 'node:sqlite'
import type { StatisticsIncrement } from '../../../insight/statistics/statistics-tally.ts'
import type { WebhookHealthBatch } from '../../shared/webhook-health-batch.ts'
import { prepare, type Statement } from '../connection/statement.ts'

export const COUNT_ENDS = `
INSERT INTO webhook_counters (workspace_id, webhook_id, success_count, failure_count, last_delivery_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (workspace_id, webhook_id) DO UPDATE SET success_count = success_count + excluded.success_count,
  failure_count = failure_count + excluded.failure_count,
  last_delivery_at = max(coalesce(last_delivery_at, excluded.last_delivery_at), coalesce(excluded.last_delivery_at, last_delivery_at))`

/** Rare: a webhook that goes on failing, or succeeding, is not written. */
const FAILING_SINCE = `
UPDATE webhooks SET failing_since = CASE ?2 WHEN 1 THEN ?3 ELSE coalesce(failing_since, ?3) END
WHERE id = ?1 AND failing_since IS NOT CASE ?2 WHEN 1 THEN ?3 ELSE coalesce(failing_since, ?3) END`

export class WriteWebhookHealth {
  readonly #count: Statement<never>
  readonly #failingSince: Statement<never>
  readonly #increments: AddIncrements

  constructor(db: DatabaseSync) {
    this.#count = prepare(db, COUNT_ENDS)
    this.#failingSince = prepare(db, FAILING_SINCE)
    this.#increments = new AddIncrements(db)
  }

  run({ tallies, statistics }: WebhookHealthBatch): void {
    for (const [webhookId, tally] of tallies) {
      const { workspaceId, successes, failures, lastEndedAt, hasSucceeded, failingSince } = tally
      this.#count.run(workspaceId, webhookId, successes, failures, lastEndedAt)
      this.#failingSince.run(webhookId, hasSucceeded ? 1 : 0, failingSince)
    }
    this.#increments.run(statistics.increments)
  }
}

export class AddIncrements {
  readonly #add: Statement<never>

  constructor(db: DatabaseSync) {
    this.#add = prepare(
      db,
      'INSERT INTO statistics_increments (workspace_id, webhook_id, minute, cells) VALUES (?, ?, ?, ?)',
    )
  }

  run(increments: readonly StatisticsIncrement[]): void {
    for (const { workspaceId, webhookId, minute, cells } of increments) {
      this.#add.run(workspaceId, webhookId, minute, cells)
    }
  }
}
