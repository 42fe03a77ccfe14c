// Owns the guess why a signature does not match. What a changed body was before cannot be known, so the likely changes
// are tried.
// Must never repeat a secret.
import { WEBHOOK_ID, WEBHOOK_TIMESTAMP } from '@timbre/contract/signature.ts'
import { claimHolds } from './claim-holds.ts'
import { bodyBytes } from './raw-body.ts'
import { SignatureError } from './signature-error.ts'
import { type Claim, type HeadersInput, readSupervisorClaim } from './signature-headers.ts'

/** Why a claim does not hold. */
export async function refusalCause(
  claim: Claim,
  body: Uint8Array<ArrayBuffer>,
  headers: HeadersInput,
  secrets: readonly string[],
): Promise<SignatureError> {
  if (body.length === 0) return bodyChanged('is empty: something read it before')
  for (const original of likelyOriginals(new TextDecoder().decode(body))) {
    if (await claimHolds(claim, bodyBytes(original), secrets)) return bodyChanged('was formatted or trimmed on the way')
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
    return await claimHolds(readSupervisorClaim(headers), body, secrets)
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
  return "The signature does not match: this is not the webhook's current secret, or the body is not the bytes that were sent (a parsed and serialised body is not). diagnose(body, headers, secret) looks for the cause."
}
