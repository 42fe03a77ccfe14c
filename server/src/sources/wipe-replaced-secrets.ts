// Owns taking out of sources the secrets that were replaced, once no request may be signed with them any more.
// Must never write over a secret that was replaced meanwhile: what was read is what is written in place of.
import type { Vault } from '../platform/vault.ts'
import type { Resealed, SealedSource, Storage } from '../storage/storage.ts'
import { openSecrets, previousUntil, sealSecrets, withoutEnded } from './source-secrets.ts'

const BATCH = 100

/**
 * One sweep over the sources that have any.
 * @param now milliseconds, of a clock that can be trusted
 * @returns how many sources were written
 */
export async function wipeReplacedSecrets(
  storage: Pick<Storage, 'listReplacedSecrets' | 'replaceSealedSources'>,
  vault: Vault,
  now: number,
): Promise<number> {
  let wiped = 0
  for (let after: SealedSource | null = null; ; ) {
    const rows: SealedSource[] = await storage.listReplacedSecrets(after, BATCH)
    const changed = rows.flatMap((row) => withoutReplaced(vault, row, now))
    if (changed.length > 0) wiped += await storage.replaceSealedSources(changed)
    after = rows.at(-1) ?? null
    if (rows.length < BATCH) return wiped
  }
}

function withoutReplaced(vault: Vault, before: SealedSource, now: number): Resealed<SealedSource>[] {
  const secrets = openSecrets(vault, before)
  const left = withoutEnded(secrets, now)
  if (left === secrets) return []
  const sealed = sealSecrets(vault, before, left)
  return [{ before, after: { ...before, sealed, previousSecretExpiresAt: previousUntil(left, now) } }]
}
