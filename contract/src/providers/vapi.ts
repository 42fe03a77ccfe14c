// Owns the signature of Vapi: a bearer token, `X-Vapi-Secret` or an HMAC, as its credential says.
// From docs.vapi.ai/server-url/server-authentication, and HmacAuthenticationPlan of @vapi-ai/server-sdk.
import { signByPlan, verifyByPlan } from './hmac-plan.ts'
import type { HmacPlan, ProviderSignature, SigningKey, SourceKeys } from './provider-signature.ts'
import { isSame } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export const vapiSignature: ProviderSignature = { verify, sign }

/** What Vapi does where its plan says nothing. */
const PLAN: HmacPlan = {
  algorithm: 'sha256',
  signatureHeader: 'x-signature',
  prefix: '',
  encoding: 'hex',
  timestampHeader: 'x-timestamp',
  payloadFormat: '{timestamp}.{body}',
  secretIsBase64: false,
  toleranceSeconds: 300,
}

function verify(request: SourceRequest, { secrets, hmac }: SourceKeys, now: number): Verdict {
  const plan = { ...PLAN, ...hmac }
  if (request.headers[plan.signatureHeader.toLowerCase()] !== undefined)
    return verifyByPlan(request, secrets, plan, now)
  // Whoever signs by an HMAC is not taken with less: the plan says so by being there.
  const given = hmac === undefined ? (request.headers['x-vapi-secret'] ?? bearerOf(request)) : undefined
  if (given === undefined) return refused('no_signature')
  const isKnown = secrets.reduce((found, secret) => isSame(secret, given) || found, false)
  return isKnown ? VERIFIED : refused('wrong_secret')
}

function bearerOf({ headers }: SourceRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1]
}

function sign(request: SourceRequest, { secret, hmac }: SigningKey, now: number): Record<string, string> {
  return signByPlan(request, secret, { ...PLAN, ...hmac }, now)
}
