// Owns the signature of LiveKit: a token in `Authorization` that has the body's hash.
// From docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events, and livekit-server-sdk's WebhookReceiver.
import { bodySha256, numberAt } from './fields.ts'
import { readToken, signedToken } from './json-web-token.ts'
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { isSame, refusedAge } from './signatures.ts'
import type { Payload, SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const livekitSignature: ProviderSignature = { verify, sign }

const TOLERANCE_MS = 5 * 60_000

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const header = request.headers['authorization']
  if (header === undefined) return refused('no_signature')
  const read = readToken(header.replace(/^Bearer /i, ''), secrets)
  if ('refusal' in read) return read.refusal
  const hash = read.claims['sha256']
  // A participant's token is signed with the same secret, and says nothing about a body.
  if (typeof hash !== 'string') return refused('no_body_hash')
  if (!isSame(hash, bodySha256(request, 'base64')))
    return refused('body_changed', 'it does not have the hash of the token')
  return refusedTime(read.claims, now) ?? VERIFIED
}

function refusedTime(claims: Payload, now: number): Verdict | undefined {
  const [expires, begins] = [numberAt(claims, 'exp'), numberAt(claims, 'nbf') ?? numberAt(claims, 'iat')]
  if (begins !== undefined && begins * 1000 > now + TOLERANCE_MS) return refused('in_future')
  if (expires === undefined)
    return begins === undefined ? refused('malformed_signature', 'exp') : refusedAge(begins * 1000, now, TOLERANCE_MS)
  return expires * 1000 + TOLERANCE_MS < now ? refused('too_old') : undefined
}

function sign(request: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const seconds = Math.floor(now / 1000)
  const claims = { iss: 'APItimbre', nbf: seconds, exp: seconds + 300, sha256: bodySha256(request, 'base64') }
  return { authorization: signedToken(claims, secret) }
}
