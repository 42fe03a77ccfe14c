// Owns the body as it came over the wire: signatures are over bytes, not over what they mean.
import { SignatureError } from './signature-error.ts'

/** What a framework gives as the raw body. A string is taken as UTF-8. */
export type RawBody = string | Uint8Array | ArrayBuffer

/** Five times the largest event. */
export const RAW_BODY_BYTES_MAX = 1024 * 1024

const KEEP_THE_RAW_BODY = 'Pass the bytes as they came, before any JSON parser touches them, or use one of the adapters'

/** The bytes of a body. Throws `body_changed` for anything but text or bytes, such as an object that a parser made. */
export function bodyBytes(rawBody: RawBody): Uint8Array<ArrayBuffer> {
  if (typeof rawBody === 'string') return new TextEncoder().encode(rawBody)
  // Not by instanceof: Jest, iframes and vm contexts have bytes of another realm.
  if (ArrayBuffer.isView(rawBody))
    return new Uint8Array(new Uint8Array(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength))
  if (Object.prototype.toString.call(rawBody) === '[object ArrayBuffer]') return new Uint8Array(rawBody)
  throw new SignatureError(
    'body_changed',
    `The body is ${rawBody === undefined ? 'missing' : 'no text and no bytes: it was parsed already'}. ${KEEP_THE_RAW_BODY}.`,
  )
}
