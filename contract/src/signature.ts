// Owns both signature schemes of CONTRACT §3: names, formats and exactly which bytes are signed.
// Must never compute an HMAC itself: the server has node:crypto, the SDK has Web Crypto.

export const SUPERVISOR_SIGNATURE = 'x-supervisor-signature'
export const SUPERVISOR_SIGNATURE_PREVIOUS = 'x-supervisor-signature-previous'
export const SUPERVISOR_EVENT = 'x-supervisor-event'
export const SUPERVISOR_DELIVERY = 'x-supervisor-delivery'
export const WEBHOOK_ID = 'webhook-id'
export const WEBHOOK_TIMESTAMP = 'webhook-timestamp'
export const WEBHOOK_SIGNATURE = 'webhook-signature'

export const SECRET_PREFIX = 'whsec_'
export const SECRET_LENGTH_MIN = 16
export const SECRET_LENGTH_MAX = 128
/** 24 random bytes are 32 characters of base64: the seed's "32 caracteres" and a valid Standard Webhooks secret. */
export const SECRET_RANDOM_BYTES = 24

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

const SECRET_BYTES_MIN = 16
const SECRET_BYTES_MAX = 64

/**
 * Whether a signing secret that begins with `whsec_` is one that `standardwebhooks` and `svix` take: after the prefix the
 * canonical base64 (RFC 4648 §3.5, padded) of 16 to 64 bytes. A secret without the prefix is always fine.
 */
export function isUsableSecret(secret: string): boolean {
  if (!secret.startsWith(SECRET_PREFIX)) return true
  const encoded = secret.slice(SECRET_PREFIX.length)
  if (!BASE64.test(encoded) || encoded.length % 4 !== 0) return false
  const bytes = atob(encoded)
  // Encoding again catches bits behind the last byte, which some decoders refuse and others drop.
  return bytes.length >= SECRET_BYTES_MIN && bytes.length <= SECRET_BYTES_MAX && btoa(bytes) === encoded
}

/** The key of `X-Supervisor-Signature`: the whole secret as UTF-8 bytes (seed). */
export function supervisorKey(secret: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(secret)
}

/**
 * The key of `webhook-signature`: the base64 part of a `whsec_` secret (Standard Webhooks), else the UTF-8 bytes.
 * A `whsec_` secret whose rest is no base64 is taken as UTF-8 bytes too: it was stored before such ones were refused.
 */
export function standardKey(secret: string): Uint8Array<ArrayBuffer> {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : ''
  if (!BASE64.test(encoded) || encoded.length % 4 !== 0) return supervisorKey(secret)
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
}

/** What `webhook-signature` signs, without the body: `<id>.<timestamp>.` (Standard Webhooks). The raw body follows. */
export function standardSignedPrefix(eventId: string, timestampS: number | string): string {
  return `${eventId}.${timestampS}.`
}

/**
 * `sha256=<hex>` (seed). Of several, as in `x-supervisor-signature-previous`, a list as RFC 9110 §5.6.1 has it, the newest first.
 */
export function supervisorSignature(...hexDigests: readonly string[]): string {
  return `sha256=${hexDigests.join(', sha256=')}`
}

/** `v1,<base64>`, several separated by a space while a rotated secret is still valid (Standard Webhooks). */
export function standardSignature(base64Digests: readonly string[]): string {
  return `v1,${base64Digests.join(' v1,')}`
}

/** `whsec_` if it has it, 16 asterisks, the last 4 characters (CONTRACT §2). */
export function secretPreview(secret: string): string {
  return `${secret.startsWith(SECRET_PREFIX) ? SECRET_PREFIX : ''}${'*'.repeat(16)}${secret.slice(-4)}`
}
