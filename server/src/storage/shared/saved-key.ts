// Owns under which text a claim is kept in `idempotency_keys.key`: the credential is a part of it (docs/decisions/0045).
// Must never give two credentials the same text.
import type { IdempotencyClaim } from '../interface/change-context.ts'

type Claimed = Pick<IdempotencyClaim, 'credential' | 'key'>

/** No Idempotency-Key and no credential has this character. */
const SEPARATOR = '\n'

/** The key of the row of a claim. */
export function savedKey({ credential, key }: Claimed): string {
  return credential + SEPARATOR + key
}

/**
 * The key of a row that the version before wrote, under the Idempotency-Key alone. It says nothing of its credential, and so counts
 * for the very same request only. Goes one release later: such rows last 24 hours.
 */
export function olderKey({ key }: Claimed): string {
  return key
}

/** Where a claim may be found. */
export function savedKeys(claim: Claimed): readonly [own: string, older: string] {
  return [savedKey(claim), olderKey(claim)]
}
