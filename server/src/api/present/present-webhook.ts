// Owns how a webhook is shown. Its secret never is.
import type { Webhook, WebhookSecret } from '@timbre/contract/webhook.ts'
import type { Vault } from '../../platform/vault.ts'
import type { WebhookRow } from '../../storage/storage.ts'
import { isoTime, isoTimeOrNull } from '../iso-time.ts'

export function presentWebhook(row: WebhookRow, vault: Vault): Webhook {
  return {
    id: row.id,
    agentId: row.agentId,
    url: row.url,
    description: row.description,
    isActive: row.isActive,
    // Sealed by this API as an object of texts.
    headers: JSON.parse(vault.open(row.sealedHeaders)) as Record<string, string>,
    secretPreview: row.secretPreview,
    ordering: row.ordering,
    rateLimitPerSecond: row.rateLimitPerSecond,
    retrySchedule: row.retrySchedule === null ? null : [...row.retrySchedule],
    disabledReason: row.disabledReason,
    successCount: row.successCount,
    failureCount: row.failureCount,
    lastDeliveryAt: isoTimeOrNull(row.lastDeliveryAt),
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  }
}

/** The one answer that shows a secret: to be given only where the reveal is audited. */
export function presentSecret(secret: string, previousExpiresAt: number | null, now: number): WebhookSecret {
  const isOver = previousExpiresAt !== null && previousExpiresAt <= now
  return { secret, previousSecretExpiresAt: isOver ? null : isoTimeOrNull(previousExpiresAt) }
}
