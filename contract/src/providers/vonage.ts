// Owns the signature of Vonage: a bearer token that has the body's hash.
// From developer.vonage.com on signed webhooks, and @vonage/jwt, which checks neither age nor hash: both are checked here.
import { bodySha256, compactBodySha256, numberAt, textAt } from './fields.ts'
import { readToken, signedToken } from './json-web-token.ts'
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { isSame, refusedAge } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const vonageSignature: ProviderSignature = { verify, sign }

const TOLERANCE_MS = 5 * 60_000

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const token = /^Bearer (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  if (token === undefined) return refused('no_signature')
  const read = readToken(token, secrets)
  if ('refusal' in read) return read.refusal
  const [hash, issuedAt] = [textAt(read.claims, 'payload_hash'), numberAt(read.claims, 'iat')]
  if (hash === undefined) return refused('no_body_hash')
  if (!hasHash(request, hash)) return refused('body_changed', 'it does not have the hash of the token')
  if (issuedAt === undefined) return refused('malformed_signature', 'iat')
  return refusedAge(issuedAt * 1000, now, TOLERANCE_MS) ?? VERIFIED
}

/** Of the bytes, or of the same JSON without white space. */
function hasHash(request: SourceRequest, hash: string): boolean {
  const compact = compactBodySha256(request)
  return isSame(hash, bodySha256(request, 'hex')) || (compact !== undefined && isSame(hash, compact))
}

function sign(request: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const iat = Math.floor(now / 1000)
  const hash = bodySha256(request, 'hex')
  const claims = { iss: 'Vonage', iat, jti: `timbre-${now}`, api_key: 'abcd1234', payload_hash: hash }
  return { authorization: `Bearer ${signedToken(claims, secret)}` }
}
