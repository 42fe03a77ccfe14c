// Owns the check values of master keys: a text in the database, sealed with the key, by which a start finds out whether the key
// fits before anything is written with it. One for each key that anything may be sealed with.
import { AesVault } from '../platform/aes-vault.ts'
import type { SealedPlace } from '../platform/vault.ts'
import type { KeyCheck } from '../storage/storage.ts'

/** `bound`: nothing that this key sealed is bound to the key alone any more, and no such text is taken for its own. */
export type SealedForms = 'any' | 'bound'

export function keyCheck(key: Uint8Array, forms: SealedForms): KeyCheck {
  const vault = new AesVault([key])
  return { keyId: vault.keyId, sealed: vault.seal(forms, placeOf(vault.keyId)) }
}

/** What the check says; undefined: none of the vault's keys is the one that it was made with. */
export function openKeyCheck(vault: AesVault, { keyId, sealed }: KeyCheck): SealedForms | undefined {
  try {
    return vault.open(sealed, placeOf(keyId)) === 'bound' ? 'bound' : 'any'
  } catch {
    return undefined
  }
}

function placeOf(keyId: string): SealedPlace {
  return { purpose: 'key.check', workspaceId: '', rowId: keyId }
}
