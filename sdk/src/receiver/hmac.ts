// Owns HMAC-SHA256, by Web Crypto where it is there.
import { sha256 } from './sha256.ts'

const BLOCK_BYTES = 64

/** The 32 bytes of HMAC-SHA256(key, message) (RFC 2104). */
export async function hmacSha256(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { crypto } = globalThis as { readonly crypto?: Partial<Crypto> } // typed as always there, which it is not
  const subtle = crypto?.subtle
  if (subtle === undefined) return hmacWithoutWebCrypto(key, message)
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, message))
}

/** The same by our own SHA-256. */
export function hmacWithoutWebCrypto(key: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? sha256(key) : key)
  const inner = sha256(
    joined(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  )
  return sha256(
    joined(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
}

/** Bytes one after the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length)
  bytes.set(first)
  bytes.set(second, first.length)
  return bytes
}
