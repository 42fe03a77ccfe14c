// Owns switching a webhook off by the service itself: the row, its version, and the entry in the audit log.
// Must run inside a transaction of the caller.
import type { DatabaseSync } from 'node:sqlite'
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { Random } from '../../../platform/random.ts'
import { prepare, type Statement } from '../connection/statement.ts'

const DISABLE = `
UPDATE webhooks SET is_active = 0, disabled_reason = ?, version = version + 1, updated_at = ?
WHERE id = ? AND workspace_id = ? AND is_active = 1 AND deleted_at IS NULL`

const NOTE = `
INSERT INTO audit_entries (workspace_id, id, action, actor, target_id, changed_fields, remote_address, created_at)
VALUES (?, ?, 'webhook.disabled', 'service', ?, '["isActive","disabledReason"]', NULL, ?)`

export class DisableWebhook {
  readonly #random: Random
  readonly #disable: Statement<never>
  readonly #note: Statement<never>

  constructor(db: DatabaseSync, random: Random) {
    this.#random = random
    this.#disable = prepare(db, DISABLE)
    this.#note = prepare(db, NOTE)
  }

  /** Returns false when the webhook was off or gone already; then nothing is written. */
  run(workspaceId: string, webhookId: string, reason: DisabledReason, now: number): boolean {
    const { changes } = this.#disable.run(reason, now, webhookId, workspaceId)
    if (changes === 0) return false
    this.#note.run(workspaceId, this.#random.uuid(now), webhookId, now)
    return true
  }
}
