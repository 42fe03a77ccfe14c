// Owns how a webhook is shown. Its secret never is, and its headers' values to those only who may write them.
import { ROUTES } from '@timbre/contract/routes.ts'
import type { Webhook, WebhookSecret } from '@timbre/contract/webhook.ts'
import { type Vault, webhookPlace } from '../../platform/vault.ts'
import type { ListedWebhookRow } from '../../storage/storage.ts'
import { type Caller, isOpenTo } from '../auth/caller.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

type WhoLooks = Pick<Caller, 'scopes' | 'capabilities'>

const MASKED = '****************'

/** @param now milliseconds: secrets of earlier rotations that have ended by then are not told of */
export function presentWebhook(row: ListedWebhookRow, vault: Vault, caller: WhoLooks, now: number): Webhook {
  return {
    id: row.id,
    kind: row.kind,
    agentId: row.agentId,
    url: row.url,
    description: row.description,
    isActive: row.isActive,
    headers: shownHeaders(vault.open(row.sealedHeaders, webhookPlace('headers', row)), caller),
    secretPreview: row.secretPreview,
    previousSecretExpiresAt: isoTimeOrNull(previousSecretsEnd(row, now)),
    ordering: row.ordering,
    rateLimitPerSecond: row.rateLimitPerSecond,
    retrySchedule: row.retrySchedule === null ? null : [...row.retrySchedule],
    disabledReason: row.disabledReason,
    successCount: row.successCount,
    failureCount: row.failureCount,
    subscriptionCount: row.subscriptionCount,
    lastDeliveryAt: isoTimeOrNull(row.lastDeliveryAt),
    createdAt: isoTime(row.createdAt),
    updatedAt: isoTime(row.updatedAt),
  }
}

/** They often are credentials of the receiver (docs/decisions/0006). */
function shownHeaders(text: string, caller: WhoLooks): Record<string, string> {
  const headers = JSON.parse(text) as Record<string, string> // sealed by this API as an object of texts
  if (isOpenTo(caller, ROUTES.updateWebhook)) return headers
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]))
}

/** When the last of the replaced secrets that still sign ends; null: none signs. */
export function previousSecretsEnd({ previousSecrets }: Pick<ListedWebhookRow, 'previousSecrets'>, now: number) {
  const ends = previousSecrets.map(({ expiresAt }) => expiresAt).filter((end) => end > now)
  return ends.length === 0 ? null : Math.max(...ends)
}

/** The one response that shows a secret: to be given only where the reveal is audited. */
export function presentSecret(secret: string, previousExpiresAt: number | null): WebhookSecret {
  return { secret, previousSecretExpiresAt: isoTimeOrNull(previousExpiresAt) }
}
