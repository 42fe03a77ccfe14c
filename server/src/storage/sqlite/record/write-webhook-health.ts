// Owns writing what a batch of results means for each webhook.
import type { DatabaseSync } from 'node:sqlite'
import type { WebhookHealthBatch } from '../../shared/webhook-health-batch.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const WRITE = `
UPDATE webhooks SET
  success_count = success_count + ?2, failure_count = failure_count + ?3,
  last_delivery_at = max(coalesce(last_delivery_at, 0), ?4),
  failing_since = CASE ?5 WHEN 1 THEN ?6 ELSE coalesce(failing_since, ?6) END
WHERE id = ?1`

export class WriteWebhookHealth {
  readonly #write: Statement<never>

  constructor(db: DatabaseSync) {
    this.#write = prepare(db, WRITE)
  }

  run({ tallies }: WebhookHealthBatch): void {
    for (const [webhookId, tally] of tallies) {
      const { successes, failures, lastEndedAt, hasSucceeded, failingSince } = tally
      this.#write.run(webhookId, successes, failures, lastEndedAt, hasSucceeded ? 1 : 0, failingSince)
    }
  }
}
