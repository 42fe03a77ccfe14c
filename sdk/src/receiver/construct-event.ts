// Owns the step from a request to a typed event: nothing is parsed before its signature is verified.
import type { RawBody } from './raw-body.ts'
import type { Secrets } from './secrets.ts'
import type { HeadersInput } from './signature-headers.ts'
import type { VerifyOptions } from './verify-options.ts'
import { verifiedContent } from './verify-signature.ts'
import type { WebhookEvent } from './webhook-event.ts'

/**
 * The verified event of a request, discriminated by `type`.
 * @throws SignatureError when the request is not to be trusted; `TypeError` when an option is wrong, or the signed body
 * is no event
 */
export async function constructEvent(
  rawBody: RawBody,
  headers: HeadersInput,
  secret: Secrets,
  options: VerifyOptions = {},
): Promise<WebhookEvent> {
  const event = await verifiedContent(rawBody, headers, secret, options)
  if (isEvent(event)) return event
  throw new TypeError('The signed body is no event: it lacks one of id, type, created_at and data.')
}

/** `data` is as its type says because the service checked it against the type's schema when it was published. */
function isEvent(value: unknown): value is WebhookEvent {
  if (typeof value !== 'object' || value === null) return false
  const { id, type, created_at, data } = value as Record<string, unknown> // an object; what is in it is checked below
  const texts = [id, type, created_at].every((text) => typeof text === 'string')
  return texts && typeof data === 'object' && data !== null
}
