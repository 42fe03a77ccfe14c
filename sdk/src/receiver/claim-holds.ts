// Owns the comparison of what a request claims with what the secrets make of its body.
// Must never end early: how long it takes must not tell which secret or signature matched.
import { standardDigest, supervisorDigest } from './digests.ts'
import type { Claim } from './signature-headers.ts'

/** Whether one of the claim's digests is that of this body under one of the secrets. */
export async function claimHolds(
  claim: Claim,
  body: Uint8Array<ArrayBuffer>,
  secrets: readonly string[],
): Promise<boolean> {
  let found = false
  for (const secret of secrets) {
    const expected = await digest(claim, body, secret)
    for (const given of claim.digests) found = sameInConstantTime(given, expected) || found
  }
  return found
}

function digest(claim: Claim, body: Uint8Array<ArrayBuffer>, secret: string): Promise<string> {
  switch (claim.scheme) {
    case 'standard':
      return standardDigest({ ...claim, body }, secret)
    case 'supervisor':
      return supervisorDigest(body, secret)
  }
}

/** Both are digests of the same format, so their lengths are public. */
export function sameInConstantTime(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
