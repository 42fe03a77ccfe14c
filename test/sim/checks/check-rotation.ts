// Owns the check of a rotation: every secret that was promised to sign on is kept, with its time.
import type { SecretRotation } from '@timbre/server/storage/storage.ts'
import type { Ledger } from '../ledger.ts'

/** To be called when the ledger has taken note of the webhook as it is now. */
export function checkRotation({ trace, webhooks }: Ledger, webhookId: string, asked: SecretRotation): void {
  const kept = new Set(webhooks.newest(webhookId).previous.map(({ expiresAt }) => expiresAt))
  const lost = asked.previousSecrets.find(({ expiresAt }) => !kept.has(expiresAt))
  if (lost !== undefined)
    trace.violate(`a rotation of ${webhookId} lost a secret that was to sign until ${lost.expiresAt}`)
}
