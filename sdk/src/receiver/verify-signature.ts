// Owns the verdict whether a request was sent by the service, and when not, which of the causes it is.
import {
  standardKey,
  standardSignedPrefix,
  supervisorKey,
  WEBHOOK_ID,
  WEBHOOK_TIMESTAMP,
} from '@timbre/contract/signature.ts'
import { now } from '../runtime.ts'
import { hmacSha256, joined } from './hmac.ts'
import { bodyBytes, type RawBody } from './raw-body.ts'
import { SignatureError } from './signature-error.ts'
import { type Claim, type HeadersInput, readClaim, readSupervisorClaim } from './signature-headers.ts'

/** The webhook's secret as the service shows it; several while it is being rotated. */
export type Secrets = string | readonly string[]

export interface VerifyOptions {
  /** How far `webhook-timestamp` may be from this machine's clock, in seconds. Default 300. */
  readonly toleranceSeconds?: number
  /**
   * Refuse a request that has `x-supervisor-signature` alone. That header covers the body but no time, so whoever once
   * saw a request could send it again for ever; only remembering event ids (`once`) helps then. Default false.
   */
  readonly requireTimestamp?: boolean
}

const TOLERANCE_SECONDS_DEFAULT = 300

/**
 * Resolves when the request was signed with (one of) the secrets, over exactly this body, within the tolerance.
 * Judges by the Standard Webhooks headers when they are there, else by `x-supervisor-signature` alone.
 * @param rawBody the bytes as they came, before any JSON parser
 * @throws SignatureError whose `code` is the cause
 */
export async function verifySignature(
  rawBody: RawBody,
  headers: HeadersInput,
  secret: Secrets,
  options: VerifyOptions = {},
): Promise<void> {
  const secrets = usable(secret)
  const claim = readClaim(headers)
  const body = bodyBytes(rawBody)
  if (!(await holds(claim, body, secrets))) throw await cause(claim, body, headers, secrets)
  checkTime(claim, options)
}

async function holds(claim: Claim, body: Uint8Array<ArrayBuffer>, secrets: readonly string[]): Promise<boolean> {
  let found = false
  for (const secret of secrets) {
    const expected = await digest(claim, body, secret)
    // No early end: how long it takes must not tell which secret or signature matched.
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

function checkTime(claim: Claim, options: VerifyOptions): void {
  if (claim.scheme === 'supervisor') {
    if (!options.requireTimestamp) return
    throw new SignatureError('no_signature', 'The request has no webhook-signature, and requireTimestamp is set.')
  }
  const tolerance = options.toleranceSeconds ?? TOLERANCE_SECONDS_DEFAULT
  const age = Math.floor(now() / 1000) - Number(claim.timestamp)
  const clock = "Check this machine's clock; a request that was held back or recorded looks the same."
  if (age > tolerance)
    throw new SignatureError('too_old', `The signature is ${age} s old (at most ${tolerance}). ${clock}`)
  if (age < -tolerance) throw new SignatureError('too_new', `The signature is from ${-age} s in the future. ${clock}`)
}

function usable(secret: Secrets): readonly string[] {
  const secrets = typeof secret === 'string' ? [secret] : secret
  // At runtime it may be no string at all: `process.env.WEBHOOK_SECRET!` is often undefined.
  if (Array.isArray(secrets) && secrets.length > 0 && secrets.every((one) => typeof one === 'string' && one !== '')) {
    return secrets
  }
  throw new SignatureError('no_secret', 'No secret to verify with: pass the one of the webhook (webhooks.getSecret).')
}

/** Why a claim does not hold. What a changed body was before cannot be known, so the likely changes are tried. */
async function cause(
  claim: Claim,
  body: Uint8Array<ArrayBuffer>,
  headers: HeadersInput,
  secrets: readonly string[],
): Promise<SignatureError> {
  if (body.length === 0) return bodyChanged('is empty: something read it before')
  for (const original of likelyOriginals(new TextDecoder().decode(body))) {
    if (await holds(claim, bodyBytes(original), secrets)) return bodyChanged('was formatted or trimmed on the way')
  }
  if (claim.scheme === 'standard' && (await bodyIsGenuine(body, headers, secrets))) {
    const message = `Body and secret are right, but ${WEBHOOK_ID} or ${WEBHOOK_TIMESTAMP} was changed on the way.`
    return new SignatureError('malformed_signature', message)
  }
  return new SignatureError('wrong_secret', wrongSecret(secrets))
}

function bodyChanged(how: string): SignatureError {
  const message = `The body ${how}. Keep the raw body: verify the bytes as they came, before any JSON parser.`
  return new SignatureError('body_changed', message)
}

function likelyOriginals(text: string): string[] {
  const candidates = [text.trim()]
  try {
    candidates.push(JSON.stringify(JSON.parse(text)))
  } catch {
    // Not JSON, so it was not serialised again.
  }
  return candidates.filter((candidate) => candidate !== text)
}

async function bodyIsGenuine(body: Uint8Array<ArrayBuffer>, headers: HeadersInput, secrets: readonly string[]) {
  try {
    return await holds(readSupervisorClaim(headers), body, secrets)
  } catch {
    return false // the other scheme's header is missing or malformed: it proves nothing
  }
}

function wrongSecret(secrets: readonly string[]): string {
  if (secrets.some((secret) => secret.includes('****'))) {
    return 'The secret is the masked preview. Use the whole secret (webhooks.getSecret).'
  }
  if (secrets.some((secret) => secret !== secret.trim() || /^".*"$/.test(secret))) {
    return 'The signature does not match, and the secret begins or ends with white space or quotes. Remove them.'
  }
  return "The signature does not match: this is not the webhook's current secret, or the body is not the bytes that were sent (a parsed and serialised body is not)."
}
