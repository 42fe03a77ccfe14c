// Owns what a caller may choose for a webhook beyond the form of the fields: its URL, its headers, its secret.
import { refusedHeader } from '@timbre/contract/custom-headers.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { SECRET_PREFIX, SECRET_RANDOM_BYTES } from '@timbre/contract/signature.ts'
import { refusedUrl } from '@timbre/contract/webhook-url.ts'
import type { Api } from './api.ts'

const NAME_LENGTH_SHOWN = 256

/** Throws URL_NOT_ALLOWED. A host that is a name is judged when it is resolved, at each send. */
export function refuseUrl(text: string, { allowHttpLoopback, refuseTarget }: Api): void {
  const reason = refusedUrl(text, { allowHttpLoopback }) ?? refuseTarget(new URL(text))
  if (reason !== undefined) throw new Refusal('URL_NOT_ALLOWED', { reason })
}

/** Throws HEADER_NOT_ALLOWED naming the header. */
export function refuseHeaders(headers: Readonly<Record<string, string>>, { headerAllowlist }: Api): void {
  const refused = refusedHeader(headers, headerAllowlist)
  if (refused === undefined) return
  throw new Refusal('HEADER_NOT_ALLOWED', { ...refused, name: refused.name.slice(0, NAME_LENGTH_SHOWN) })
}

/** `whsec_` and base64 of 24 random bytes: 32 characters, and a valid Standard Webhooks secret (CONTRACT §2). */
export function newSecret({ random }: Api): string {
  return SECRET_PREFIX + Buffer.from(random.bytes(SECRET_RANDOM_BYTES)).toString('base64')
}
