// Owns the signature of ElevenLabs: `ElevenLabs-Signature: t=…,v0=…`, HMAC-SHA256 of `t.body`.
// From elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks, and the package's webhooks.constructEvent.
import type { ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { digestBytes, hmac, isSignedWith, mismatch, refusedAge } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const elevenlabsSignature: ProviderSignature = { verify, sign }

const TOLERANCE_MS = 30 * 60_000

function verify(request: SourceRequest, { secrets }: SourceKeys, now: number): Verdict {
  const header = request.headers['elevenlabs-signature']
  if (header === undefined) return refused('no_signature')
  const parts = header.split(',').map((part) => part.trim())
  const time = parts.find((part) => part.startsWith('t='))?.slice(2) ?? ''
  const digests = parts.filter((part) => part.startsWith('v0=')).map((part) => digestBytes(part.slice(3), 'hex'))
  const given = digests.filter((digest) => digest !== undefined)
  if (!/^\d{1,12}$/.test(time) || given.length === 0) return refused('malformed_signature')
  const holds = (body: string | Uint8Array) =>
    given.slice(0, 5).some((digest) => isSignedWith(secrets, digest, 'sha256', [time, '.', body]))
  if (!holds(request.body)) return mismatch(request, holds)
  return refusedAge(Number(time) * 1000, now, TOLERANCE_MS) ?? VERIFIED
}

function sign({ body }: SourceRequest, { secret }: SigningKey, now: number): Record<string, string> {
  const seconds = Math.floor(now / 1000)
  const digest = hmac('sha256', secret, [`${seconds}.`, body]).toString('hex')
  return { 'elevenlabs-signature': `t=${seconds},v0=${digest}` }
}
