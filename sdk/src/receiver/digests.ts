// Owns the two digests of a request, each in the spelling of its header: what signs and what verifies use the same.
import { standardKey, standardSignedPrefix, supervisorKey } from '@timbre/contract/signature.ts'
import { hmacSha256, joined } from './hmac.ts'

/** What `webhook-signature` covers. */
export interface StandardMessage {
  readonly eventId: string
  /** Seconds since 1970, as it is sent. */
  readonly timestamp: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** base64, as after `v1,`. */
export async function standardDigest({ eventId, timestamp, body }: StandardMessage, secret: string): Promise<string> {
  const prefix = new TextEncoder().encode(standardSignedPrefix(eventId, timestamp))
  return base64(await hmacSha256(standardKey(secret), joined(prefix, body)))
}

/** Lower-case hex, as after `sha256=`. */
export async function supervisorDigest(body: Uint8Array<ArrayBuffer>, secret: string): Promise<string> {
  return hex(await hmacSha256(supervisorKey(secret), body))
}

/** RFC 4648 §4, padded. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Two digits a byte, in lower case. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
