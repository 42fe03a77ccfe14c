// Owns the check that the id a request is known by is that of the event inside it.
// Must never parse a body whose signature has not been verified.
import { WEBHOOK_ID } from '@timbre/contract/signature.ts'
import type { RawBody } from './raw-body.ts'
import { bodyBytes } from './raw-body.ts'
import { SignatureError } from './signature-error.ts'
import { type HeadersInput, header } from './signature-headers.ts'

/**
 * Throws `id_mismatch` when `webhook-id` is there and is not the `id` in the body: whoever drops duplicates by the header
 * would then do the work of one event twice, or not that of another. Text that is no JSON object has no id to compare.
 */
export function checkEventId(headers: HeadersInput, content: unknown): void {
  const given = header(headers, WEBHOOK_ID)
  if (given === undefined || !isObject(content) || !Object.hasOwn(content, 'id') || content['id'] === given) return
  throw new SignatureError(
    'id_mismatch',
    `${WEBHOOK_ID} is not the id in the body. Nothing that the service sends is so.`,
  )
}

/** What a verified body says, or `undefined` when it is no JSON. */
export function parsedBody(rawBody: RawBody): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bodyBytes(rawBody)))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
