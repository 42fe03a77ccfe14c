// Owns switching a webhook off by the service itself: the row, its version, and the entry in the audit log.
// Must run inside a transaction of the caller.
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { Random } from '../../../platform/random.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

export const DISABLE = statement(
  'disable',
  `UPDATE webhooks SET is_active = 0, disabled_reason = $1, version = version + 1, updated_at = $2
WHERE workspace_id = $3 AND id = $4 AND is_active = 1 AND deleted_at IS NULL`,
)

export const NOTE_DISABLED = statement(
  'note_disabled',
  `INSERT INTO audit_entries (workspace_id, id, action, actor, target_id, changed_fields, remote_address, created_at)
VALUES ($1, $2, 'webhook.disabled', 'service', $3, '["isActive","disabledReason"]', NULL, $4)`,
)

export class DisableWebhook {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** Returns false when the webhook was off or gone already; then nothing is written. */
  async run(
    session: Session,
    workspaceId: string,
    webhookId: string,
    reason: DisabledReason,
    now: number,
  ): Promise<boolean> {
    const changes = await session.run(DISABLE, reason, now, workspaceId, webhookId)
    if (changes === 0) return false
    await session.run(NOTE_DISABLED, workspaceId, this.#random.uuid(now), webhookId, now)
    return true
  }
}
