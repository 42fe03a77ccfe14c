// Owns the signature of Telnyx: Ed25519 over `timestamp|body` under the account's key, of which others have the public half.
// From developers.telnyx.com/api-reference/callbacks, and the Telnyx package's webhooks.
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { mismatch, refusedAge } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const telnyxSignature: ProviderSignature = { verify, sign }

const TOLERANCE_MS = 5 * 60_000
const SIGNATURE_BYTES = 64
/** Before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410 §10.1). */
const KEY_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const signature = request.headers['telnyx-signature-ed25519']
  const timestamp = request.headers['telnyx-timestamp']
  if (signature === undefined || timestamp === undefined) return refused('no_signature')
  const given = Buffer.from(signature, 'base64')
  if (given.length !== SIGNATURE_BYTES || !/^\d{1,12}$/.test(timestamp)) return refused('malformed_signature')
  const keys = secrets.map(publicKey).filter((key) => key !== undefined)
  const holds = (body: string | Uint8Array) => {
    const signed = Buffer.concat([Buffer.from(`${timestamp}|`), typeof body === 'string' ? Buffer.from(body) : body])
    return keys.some((key) => verifyBytes(null, signed, key, given))
  }
  if (!holds(request.body)) return mismatch(request, holds)
  return refusedAge(Number(timestamp) * 1000, now, TOLERANCE_MS) ?? VERIFIED
}

/** A public key as the Mission Control Portal shows it: 32 bytes in base64. */
function publicKey(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 32) return undefined
  return createPublicKey({ key: Buffer.concat([KEY_PREFIX, bytes]), format: 'der', type: 'spki' })
}

function sign({ body }: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const seconds = String(Math.floor(now / 1000))
  const signed = Buffer.concat([Buffer.from(`${seconds}|`), body])
  const signature = signBytes(null, signed, privateKey(Buffer.from(secret, 'base64')))
  return { 'telnyx-timestamp': seconds, 'telnyx-signature-ed25519': signature.toString('base64') }
}

/** Before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const PRIVATE_KEY_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_KEY_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

/**
 * A pair of keys as Telnyx has one for each account, to sign as it does. Both in base64.
 * @param seed 32 random bytes
 */
export function telnyxKeys(seed: Uint8Array): { readonly privateKey: string; readonly publicKey: string } {
  const { x = '' } = createPublicKey(privateKey(seed)).export({ format: 'jwk' })
  return {
    privateKey: Buffer.from(seed).toString('base64'),
    publicKey: Buffer.from(x, 'base64url').toString('base64'),
  }
}
