// Owns the signature of Retell: `x-retell-signature`, HMAC-SHA256 of body and time under the API key that has the webhook badge.
// From docs.retellai.com/features/secure-webhook, and retell-sdk's webhook_auth.
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { digestBytes, hmac, isSignedWith, mismatch, refusedAge } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const retellSignature: ProviderSignature = { verify, sign }

const TOLERANCE_MS = 5 * 60_000
const SIGNATURE = /^v=(\d{1,15}),d=([0-9a-f]{64})$/i

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const header = request.headers['x-retell-signature']
  if (header === undefined) return refused('no_signature')
  const [, time = '', digest = ''] = SIGNATURE.exec(header) ?? []
  const given = digestBytes(digest, 'hex')
  if (given === undefined) return refused('malformed_signature')
  const holds = (body: string | Uint8Array) => isSignedWith(secrets, given, 'sha256', [body, time])
  if (!holds(request.body)) return mismatch(request, holds)
  return refusedAge(Number(time), now, TOLERANCE_MS) ?? VERIFIED
}

function sign({ body }: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const digest = hmac('sha256', secret, [body, String(now)]).toString('hex')
  return { 'x-retell-signature': `v=${now},d=${digest}` }
}
