// Owns the step from a request to a typed event: nothing is parsed before its signature is verified.
import { bodyBytes, type RawBody } from './raw-body.ts'
import type { HeadersInput } from './signature-headers.ts'
import { type Secrets, type VerifyOptions, verifySignature } from './verify-signature.ts'
import type { WebhookEvent } from './webhook-event.ts'

/**
 * The verified event of a request, discriminated by `type`.
 * @throws SignatureError when the signature is not right; `TypeError` when the signed body is no event
 */
export async function constructEvent(
  rawBody: RawBody,
  headers: HeadersInput,
  secret: Secrets,
  options: VerifyOptions = {},
): Promise<WebhookEvent> {
  await verifySignature(rawBody, headers, secret, options)
  const event = parsed(new TextDecoder().decode(bodyBytes(rawBody)))
  if (isEvent(event)) return event
  throw new TypeError('The signed body is no event: it lacks one of id, type, created_at and data.')
}

/** `data` is as its type says because the service checked it against the type's schema when it was published. */
function isEvent(value: unknown): value is WebhookEvent {
  if (typeof value !== 'object' || value === null) return false
  const { id, type, created_at, data } = value as Record<string, unknown>
  const texts = [id, type, created_at].every((text) => typeof text === 'string')
  return texts && typeof data === 'object' && data !== null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
