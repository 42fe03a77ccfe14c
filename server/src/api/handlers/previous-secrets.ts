// Owns which secrets of a webhook go on signing after a rotation (CONTRACT §2; docs/decisions/0048-rotation-keeps-promises.md).
// Must never end one before its time, unless that is what was asked for.
import { Refusal } from '@timbre/contract/errors.ts'
import { SIGNING_SECRETS_MAX } from '@timbre/contract/webhook.ts'
import { type Vault, webhookPlace } from '../../platform/vault.ts'
import type { PreviousSecret, WebhookRow } from '../../storage/storage.ts'
import { isoTime } from '../present/iso-time.ts'

export interface Overlap {
  readonly now: number
  /** When the replaced secret ends; null: now. */
  readonly until: number | null
  /** Those of earlier rotations end now. */
  readonly endPrevious: boolean
}

/**
 * The list after the rotation, the newest first.
 * @throws Refusal SECRET_LIMIT_REACHED when more would sign than the limit, the new one counted
 */
export function previousSecrets(
  row: Pick<WebhookRow, 'workspaceId' | 'id' | 'sealedSecret' | 'previousSecrets'>,
  vault: Vault,
  { now, until, endPrevious }: Overlap,
): readonly PreviousSecret[] {
  const kept = endPrevious ? [] : row.previousSecrets.filter(({ expiresAt }) => expiresAt > now)
  if (until === null) return kept
  if (1 + 1 + kept.length > SIGNING_SECRETS_MAX) {
    const first = Math.min(...kept.map(({ expiresAt }) => expiresAt))
    throw new Refusal('SECRET_LIMIT_REACHED', { limit: SIGNING_SECRETS_MAX, until: isoTime(first) })
  }
  // It lies in another place from now on.
  const secret = vault.open(row.sealedSecret, webhookPlace('secret', row))
  return [{ sealed: vault.seal(secret, webhookPlace('previous_secret', row)), expiresAt: until }, ...kept]
}
