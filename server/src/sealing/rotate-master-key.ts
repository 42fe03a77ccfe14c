// Owns `timbre rotate-master-key`: everything that is sealed, sealed again with the new key, and proof that nothing needs the key
// before it any more. May run beside servers, be killed at any moment, and be run again.
import { AesVault, keyIdOf, sealingKeyOf } from '../platform/aes-vault.ts'
import { keyCheck, openKeyCheck } from './key-check.ts'
import { keysOf, MasterKeyRefusal } from './master-keys.ts'
import { type SealedRows, type WalkProgress, type WalkReport, walkSealed } from './sealed-walk.ts'

export interface RotationRequest {
  readonly storage: SealedRows
  readonly current: Uint8Array
  readonly previous: Uint8Array | null
  readonly onProgress: (step: 'seal' | 'verify', progress: WalkProgress) => void
}

export interface RotationReport {
  readonly keyId: string
  /** Rows that were sealed again, by this run. */
  readonly resealed: number
  /** What was opened with the new key alone. */
  readonly verified: WalkReport
  /** Ids of keys that nothing needs any more. */
  readonly retired: readonly string[]
}

/** @throws MasterKeyRefusal when a key is missing, or when a text does not open with the new key alone at the end */
export async function rotateMasterKey(request: RotationRequest): Promise<RotationReport> {
  const { storage, current, onProgress } = request
  const both = new AesVault(keysOf(request))
  await refuseMissingKeys(storage, both)
  // First: from now on no server starts that could not open what is sealed here.
  const checks = await storage.listKeyChecks()
  if (!checks.some(({ keyId }) => keyId === both.keyId)) await storage.saveKeyCheck(keyCheck(current, 'bound'))
  const resealed = await sealAll(request, both)
  const alone = new AesVault([current])
  const verified = await walkSealed(
    storage,
    (text, place) => {
      alone.open(text, place)
      return text
    },
    (progress) => onProgress('verify', progress),
  )
  if (verified.failed.length > 0) throw new MasterKeyRefusal(whatIsLeft(verified))
  const retired = checks.map(({ keyId }) => keyId).filter((keyId) => keyId !== keyIdOf(current))
  await storage.removeKeyChecks(retired)
  return { keyId: both.keyId, resealed, verified, retired }
}

/** Rows that were sealed again. Over it goes once more while servers change rows under its hands. */
async function sealAll({ storage, onProgress }: RotationRequest, vault: AesVault): Promise<number> {
  let resealed = 0
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const { replaced, skipped } = await walkSealed(
      storage,
      (text, place) => (sealingKeyOf(text) === vault.keyId ? text : vault.seal(vault.open(text, place), place)),
      (progress) => onProgress('seal', progress),
    )
    resealed += replaced
    if (skipped === 0) break
  }
  return resealed
}

async function refuseMissingKeys(storage: SealedRows, vault: AesVault): Promise<void> {
  const checks = await storage.listKeyChecks()
  const missing = checks.filter((check) => openKeyCheck(vault, check) === undefined).map(({ keyId }) => keyId)
  if (missing.length === 0) return
  throw new MasterKeyRefusal(
    `Secrets may be sealed with the master key ${missing.join(', ')}, which is not here. Set TIMBRE_MASTER_KEY to the new key, and TIMBRE_MASTER_KEY_PREVIOUS to the one that the servers had.`,
  )
}

const NAMED_MAX = 5
/** A row is passed over only if it changed within the milliseconds of its own batch. */
const PASSES_MAX = 10

function whatIsLeft({ failed }: WalkReport): string {
  const names = failed.slice(0, NAMED_MAX).map(({ row }) => row)
  const more = failed.length > NAMED_MAX ? ` and ${failed.length - NAMED_MAX} more` : ''
  return `${failed.length} rows do not open with the new master key alone: ${names.join(', ')}${more}. If a server still runs with the key before, start it with both and run this again. What stays is damaged: rotate the secret of that webhook, or delete it. Until then servers need both keys.`
}
