// Owns the verdict whether a request was sent by the service, now, and about the event that it names.
import { now } from '../runtime.ts'
import { checkEventId, parsedBody } from './check-event-id.ts'
import { claimHolds } from './claim-holds.ts'
import { bodyBytes, type RawBody } from './raw-body.ts'
import { refusalCause } from './refusal-cause.ts'
import { checkedSecrets, type Secrets } from './secrets.ts'
import { SignatureError } from './signature-error.ts'
import { type Claim, type HeadersInput, readClaim } from './signature-headers.ts'
import { type VerifyOptions, verifySettings } from './verify-options.ts'

/**
 * Resolves when the request was signed with (one of) the secrets, over exactly this body, within the tolerance, and
 * `webhook-id` is the id in the body. Checks by the Standard Webhooks headers; by `x-supervisor-signature` alone only
 * with `requireTimestamp: false`.
 * @param rawBody the bytes as they came, before any JSON parser
 * @throws SignatureError whose `code` is the cause; `TypeError` that names the option when one is wrong
 */
export async function verifySignature(
  rawBody: RawBody,
  headers: HeadersInput,
  secret: Secrets,
  options: VerifyOptions = {},
): Promise<void> {
  await verifiedContent(rawBody, headers, secret, options)
}

/** The same, and then what the body says: its parsed JSON, or `undefined` when it is none. */
export async function verifiedContent(
  rawBody: RawBody,
  headers: HeadersInput,
  secret: Secrets,
  options: VerifyOptions,
): Promise<unknown> {
  const settings = verifySettings(options)
  const secrets = checkedSecrets(secret)
  const claim = readClaim(headers)
  const body = bodyBytes(rawBody)
  if (!(await claimHolds(claim, body, secrets))) throw await refusalCause(claim, body, headers, secrets)
  if (claim.scheme === 'standard') checkTime(claim, settings.toleranceSeconds)
  else checkWithoutTime(body, settings.requireTimestamp)
  const content = parsedBody(body)
  checkEventId(headers, content)
  return content
}

function checkTime({ timestamp }: Claim & { scheme: 'standard' }, toleranceSeconds: number): void {
  const age = Math.floor(now() / 1000) - Number(timestamp)
  const clock = "Check this machine's clock; a request that was held back or recorded looks the same."
  if (age > toleranceSeconds)
    throw new SignatureError('too_old', `The signature is ${age} s old (at most ${toleranceSeconds}). ${clock}`)
  if (age < -toleranceSeconds)
    throw new SignatureError('too_new', `The signature is from ${-age} s in the future. ${clock}`)
}

/** Whether a body begins as what `webhook-signature` signs does: `<id>.<timestamp>.` */
export function isSignedText(body: Uint8Array): boolean {
  return /^[\w-]*\.\d+\./.test(new TextDecoder().decode(body))
}

/**
 * A secret without `whsec_` is the key of both schemes. Nothing that is signed in the one may pass in the other: a
 * `webhook-id` has no character that a body begins with (`signature-headers.ts`), and a body does not begin with an id.
 */
function checkWithoutTime(body: Uint8Array, requireTimestamp: boolean): void {
  if (requireTimestamp) {
    const message =
      'The request has x-supervisor-signature alone, which covers no time: it may be a recorded one. If your service sends no webhook-* headers, set requireTimestamp to false.'
    throw new SignatureError('no_signature', message)
  }
  if (isSignedText(body)) {
    throw new SignatureError('malformed_signature', 'The body is what webhook-signature signs, not what was sent.')
  }
}
