// Owns what a start does about the master key: finding out whether it is the one of this data, making the first one, and binding
// what older versions sealed to the place where it lies (docs/decisions/0047-sealed-texts.md).
// Must never seal anything before it is known that the key fits.
import { AesVault, keyIdOf, sealingKeyOf, UNBOUND_PREFIX, VaultError } from '../platform/aes-vault.ts'
import type { MasterKeys } from '../platform/master-key.ts'
import type { KeyCheck } from '../storage/storage.ts'
import { keyCheck, openKeyCheck, type SealedForms } from './key-check.ts'
import { keysOf, MasterKeyRefusal } from './master-keys.ts'
import { type SealedRows, type WalkReport, walkSealed } from './sealed-walk.ts'

export interface UnlockDependencies {
  readonly storage: SealedRows
  readonly keys: MasterKeys
  /** Makes the key of a new instance, and keeps it. */
  readonly makeKey: () => Uint8Array
  /** Told when texts of an older version were bound to their places. */
  readonly onBound: (report: WalkReport) => void
  /** Told of texts that do not open: what they belong to cannot be sent. */
  readonly onFailed: (report: WalkReport) => void
}

export interface Unlocked {
  readonly vault: AesVault
  /** The first seals; a second is the one before, while keys are being rotated. */
  readonly masterKeys: readonly [Uint8Array, ...Uint8Array[]]
  /** Of the key that seals. */
  readonly check: KeyCheck
}

/** @throws MasterKeyRefusal when the keys are not those of this data */
export async function unlockSecrets(dependencies: UnlockDependencies): Promise<Unlocked> {
  const { storage, keys } = dependencies
  const checks = await storage.listKeyChecks()
  const masterKey = keys.current ?? (await firstKey(dependencies, checks))
  const ring = keysOf({ current: masterKey, previous: keys.previous })
  const vault = new AesVault(ring)
  const forms = openedForms(vault, checks)
  const hasBound = await bindOlderTexts(dependencies, vault, forms)
  const check = await saveChecks(storage, ring, forms, hasBound)
  // Another node may have begun at the same moment, with another key.
  openedForms(vault, await storage.listKeyChecks())
  return { vault, masterKeys: ring, check }
}

/** A key is made for data that was never sealed, or to take the place of the one that is given as the one before. */
async function firstKey(
  { storage, keys, makeKey }: UnlockDependencies,
  checks: readonly KeyCheck[],
): Promise<Uint8Array> {
  if (keys.previous !== null) {
    openedForms(new AesVault([keys.previous]), checks)
    return makeKey()
  }
  const { webhooks, responses, sources } = await storage.countSealed()
  if (checks.length === 0 && webhooks + responses + sources === 0) return makeKey()
  throw new MasterKeyRefusal(
    'The master key is missing: this data was sealed with one, and another cannot open it. Put it back as master.key in the data directory (mode 600), or set TIMBRE_MASTER_KEY.',
  )
}

/** What each check says. @throws MasterKeyRefusal when one does not open: something may be sealed with a key that is not here */
function openedForms(vault: AesVault, checks: readonly KeyCheck[]): ReadonlyMap<string, SealedForms> {
  const forms = new Map<string, SealedForms>()
  for (const check of checks) {
    const opened = openKeyCheck(vault, check)
    if (opened !== undefined) forms.set(check.keyId, opened)
  }
  if (forms.size === checks.length) return forms
  const missing = checks.map(({ keyId }) => keyId).filter((keyId) => !forms.has(keyId))
  throw new MasterKeyRefusal(
    forms.size === 0
      ? `The master key is not the one of this data: that has the id ${missing.join(', ')}, this one ${vault.keyId}. Start with the key that the data was sealed with.`
      : `Some secrets may still be sealed with the master key ${missing.join(', ')}, which is not here. Set it as TIMBRE_MASTER_KEY_PREVIOUS and run "timbre rotate-master-key".`,
  )
}

/** Texts that are bound to their key alone are opened here and nowhere else, and only as long as there may be any. */
async function bindOlderTexts(
  { storage, onBound, onFailed }: UnlockDependencies,
  vault: AesVault,
  forms: ReadonlyMap<string, SealedForms>,
): Promise<boolean> {
  const isChecked = forms.size > 0
  if (isChecked && ![...forms.values()].includes('any')) return false
  if (isChecked && !(await storage.hasSealed(UNBOUND_PREFIX))) return false
  const report = await walkSealed(storage, (sealed, place) => {
    if (!sealed.startsWith(UNBOUND_PREFIX)) {
      if (!isChecked) vault.open(sealed, place)
      return sealed
    }
    if (forms.get(sealingKeyOf(sealed)) === 'bound')
      throw new VaultError('damaged', 'It is of a form that was given up.')
    return vault.seal(vault.openUnbound(sealed), place)
  })
  // Before there are checks, the texts are the check.
  const isOtherKey = report.failed.some(({ error }) => error instanceof VaultError && error.kind === 'other_key')
  if (isOtherKey && !isChecked)
    throw new MasterKeyRefusal(
      'The master key is not the one of this data: it does not open the secrets. Start with the key that the data was sealed with; if there were two, set the other one as TIMBRE_MASTER_KEY_PREVIOUS.',
    )
  if (report.failed.length > 0) onFailed(report)
  if (report.replaced > 0) onBound(report)
  return report.replaced > 0
}

/**
 * A key that has bound its older texts takes no more of them, and one that comes into use beside another never had any. That of a
 * new instance has none either, but nobody without it could make one.
 */
async function saveChecks(
  storage: SealedRows,
  ring: Unlocked['masterKeys'],
  forms: ReadonlyMap<string, SealedForms>,
  hasBound: boolean,
): Promise<KeyCheck> {
  const [masterKey] = ring
  const known = forms.get(keyIdOf(masterKey))
  const isFirst = forms.size === 0 && !hasBound
  const check = keyCheck(masterKey, known ?? (isFirst ? 'any' : 'bound'))
  if (known === undefined) await storage.saveKeyCheck(check)
  if (!hasBound) return check
  for (const key of ring) if (forms.get(keyIdOf(key)) === 'any') await storage.saveKeyCheck(keyCheck(key, 'bound'))
  return keyCheck(masterKey, 'bound')
}
