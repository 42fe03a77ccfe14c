// Owns the signature of Bland: `X-Webhook-Signature`, hex HMAC-SHA256 of the body, without a time.
// From docs.bland.ai/tutorials/webhook-signing; there is no package that verifies.
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { digestBytes, hmac, isSignedWith, mismatch } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const blandSignature: ProviderSignature = { verify, sign }

function verify(request: SourceRequest, { secrets }: SourceKeys): Verdict {
  const header = request.headers['x-webhook-signature']
  if (header === undefined) return refused('no_signature')
  const given = digestBytes(header, 'hex')
  if (given === undefined) return refused('malformed_signature')
  const holds = (body: string | Uint8Array) => isSignedWith(secrets, given, 'sha256', [body])
  return holds(request.body) ? VERIFIED : mismatch(request, holds)
}

function sign({ body }: SourceRequest, { secret }: SigningKey): Record<string, string> {
  return { 'x-webhook-signature': hmac('sha256', secret, [body]).toString('hex') }
}
