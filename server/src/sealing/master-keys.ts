// Owns the order of the master keys in a vault: the one that seals, then the one before it while keys are being rotated.
import { keyIdOf } from '../platform/aes-vault.ts'

/** What cannot be done with the keys that are there. The message says what to do. */
export class MasterKeyRefusal extends Error {}

export function keysOf(keys: {
  readonly current: Uint8Array
  readonly previous: Uint8Array | null
}): readonly [Uint8Array, ...Uint8Array[]] {
  const { current, previous } = keys
  return previous === null || keyIdOf(previous) === keyIdOf(current) ? [current] : [current, previous]
}
