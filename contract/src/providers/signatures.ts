// Owns the arithmetic that verifiers share: HMACs, comparison in constant time, ages, what a body was before.
// Must never tell by time how much of a signature is right.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { bodyText, type SourceRequest } from './source-request.ts'
import { refused, type Verdict } from './verdict.ts'

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512'

/** What may be signed: texts and bytes one after another. */
export type Signed = readonly (string | Uint8Array)[]

/** Whether two texts are the same, in a time that depends on their lengths alone. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

export function hmac(algorithm: HmacAlgorithm, key: string | Uint8Array, signed: Signed): Buffer {
  const digest = createHmac(algorithm, key)
  for (const part of signed) digest.update(part)
  return digest.digest()
}

/** Whether one of the secrets gives the signature over what was signed. */
export function isSignedWith(
  secrets: readonly (string | Uint8Array)[],
  given: Uint8Array,
  algorithm: HmacAlgorithm,
  signed: Signed,
): boolean {
  // Every secret is tried, so that time does not tell which one it was.
  return secrets.reduce((found, key) => {
    const expected = hmac(algorithm, key, signed)
    return (expected.length === given.length && timingSafeEqual(expected, given)) || found
  }, false)
}

/** The bytes of a digest in hex or base64; undefined when it has another form. */
export function digestBytes(text: string, encoding: 'hex' | 'base64'): Buffer | undefined {
  const form = encoding === 'hex' ? /^(?:[0-9a-f]{2}){16,64}$/i : /^[A-Za-z0-9+/]{22,88}={0,2}$/
  return form.test(text) ? Buffer.from(text, encoding) : undefined
}

/** Undefined when a signature of that time may be taken now. */
export function refusedAge(signedAtMs: number, now: number, toleranceMs: number): Verdict | undefined {
  const ageMs = now - signedAtMs
  if (Math.abs(ageMs) <= toleranceMs) return undefined
  const seconds = Math.round(Math.abs(ageMs) / 1000)
  return ageMs > 0 ? refused('too_old', `${seconds} s old`) : refused('in_future', `${seconds} s ahead`)
}

/** Why no secret gave the signature: the likely changes of a body are tried, for what it was before cannot be known. */
export function mismatch(request: SourceRequest, holds: (body: string) => boolean): Verdict {
  if (request.body.length === 0) return refused('body_changed', 'the body is empty')
  const text = bodyText(request)
  const originals = [text.trim(), writtenAnew(text)].filter((one) => one !== undefined && one !== text)
  if (originals.some((original) => holds(original ?? ''))) return refused('body_changed', 'it was formatted on the way')
  return refused('wrong_secret')
}

function writtenAnew(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    return undefined // not JSON, so nothing has serialised it
  }
}
