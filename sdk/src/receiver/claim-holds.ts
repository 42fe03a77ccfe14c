// Owns the comparison of what a request claims with what the secrets make of its body.
// Must never end early: how long it takes must not tell which secret or signature matched.
import { standardKey, standardSignedPrefix, supervisorKey } from '@timbre/contract/signature.ts'
import { hmacSha256, joined } from './hmac.ts'
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

async function digest(claim: Claim, body: Uint8Array<ArrayBuffer>, secret: string): Promise<string> {
  switch (claim.scheme) {
    case 'standard': {
      const prefix = new TextEncoder().encode(standardSignedPrefix(claim.eventId, claim.timestamp))
      return btoa(String.fromCharCode(...(await hmacSha256(standardKey(secret), joined(prefix, body)))))
    }
    case 'supervisor': {
      const bytes = await hmacSha256(supervisorKey(secret), body)
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    }
  }
}

/** Both are digests of the same format, so their lengths are public. */
function sameInConstantTime(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
