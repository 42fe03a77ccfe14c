// Owns signing and verifying by a declared HMAC: Vapi's plan and that of a `generic` source.

import { msOfEpoch } from './fields.ts'
import type { HmacPlan } from './provider-signature.ts'
import { digestBytes, hmac, isSignedWith, mismatch, refusedAge, type Signed } from './signatures.ts'
import type { SourceRequest } from './source-request.ts'
import { refused, VERIFIED, type Verdict } from './verdict.ts'

export function verifyByPlan(request: SourceRequest, secrets: readonly string[], plan: HmacPlan, now: number): Verdict {
  const header = request.headers[plan.signatureHeader.toLowerCase()]
  if (header === undefined) return refused('no_signature', plan.signatureHeader)
  const given = header.startsWith(plan.prefix)
    ? digestBytes(header.slice(plan.prefix.length), plan.encoding)
    : undefined
  if (given === undefined) return refused('malformed_signature')
  const timestamp = plan.timestampHeader === null ? '' : request.headers[plan.timestampHeader.toLowerCase()]
  const signedAt = plan.timestampHeader === null ? undefined : timeOf(timestamp)
  if (plan.timestampHeader !== null && signedAt === undefined)
    return refused('malformed_signature', plan.timestampHeader)
  const keys = secrets.map((secret) => keyOf(plan, secret))
  const holds = (body: string | Uint8Array) =>
    isSignedWith(keys, given, plan.algorithm, signedBy(plan, request, timestamp ?? '', body))
  if (!holds(request.body)) return mismatch(request, holds)
  return (signedAt === undefined ? undefined : refusedAge(signedAt, now, plan.toleranceSeconds * 1000)) ?? VERIFIED
}

/** The headers of a request that is signed so, by a time in milliseconds where the plan has one. */
export function signByPlan(
  request: SourceRequest,
  secret: string,
  plan: HmacPlan,
  now: number,
): Record<string, string> {
  const timestamp = plan.timestampHeader === null ? '' : String(now)
  const signed = signedBy(plan, request, timestamp, request.body)
  const digest = hmac(plan.algorithm, keyOf(plan, secret), signed).toString(plan.encoding)
  const time = plan.timestampHeader === null ? {} : { [plan.timestampHeader.toLowerCase()]: timestamp }
  return { ...time, [plan.signatureHeader.toLowerCase()]: plan.prefix + digest }
}

function keyOf(plan: HmacPlan, secret: string): string | Buffer {
  return plan.secretIsBase64 ? Buffer.from(secret, 'base64') : secret
}

function signedBy(plan: HmacPlan, request: SourceRequest, timestamp: string, body: string | Uint8Array): Signed {
  return plan.payloadFormat.split(/(\{(?:body|timestamp|method|url)\})/).map((part) => {
    if (part === '{body}') return body
    if (part === '{timestamp}') return timestamp
    if (part === '{method}') return request.method
    return part === '{url}' ? request.url : part
  })
}

/** Seconds or milliseconds since 1970, or a date. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const read = /^\d{1,15}$/.test(text) ? msOfEpoch(Number(text)) : Date.parse(text)
  return Number.isNaN(read) ? undefined : read
}
