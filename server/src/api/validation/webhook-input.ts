// Owns what a caller may choose for a webhook beyond the form of the fields: its URL, its headers, its secret.
import { refusedHeader } from '@timbre/contract/custom-headers.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { isUsableSecret, SECRET_PREFIX, SECRET_RANDOM_BYTES } from '@timbre/contract/signature.ts'
import type { WebhookCreate } from '@timbre/contract/webhook.ts'
import { canonicalUrl, refusedUrl } from '@timbre/contract/webhook-url.ts'
import { MISSING } from '../../schemas/sentences.ts'
import type { Api } from '../api.ts'
import { invalidInput } from './findings.ts'

const NAME_LENGTH_SHOWN = 256

/** Throws URL_NOT_ALLOWED, and INVALID_INPUT where a push has no url, or a pull has one. */
export function refuseTarget({ kind = 'push', url }: Pick<WebhookCreate, 'kind' | 'url'>, api: Api): void {
  if (kind === 'pull' && url !== undefined) throw invalidInput([{ path: '/url', ...URL_OF_PULL }])
  if (kind === 'push' && url === undefined) throw invalidInput([{ path: '/url', ...MISSING }])
  if (url !== undefined) refuseUrl(url, api)
}

const URL_OF_PULL = {
  en: 'must be absent: a webhook of kind pull has none',
  es: 'debe faltar: un webhook de tipo pull no tiene',
}

/** A host that is a name is validated when it is resolved, at each send. */
function refuseUrl(text: string, { allowHttpLoopback, refuseTarget }: Api): void {
  const ofForm = refusedUrl(text, { allowHttpLoopback })
  // Last: the form to use is told for a target that may be used.
  const reason = ofForm === undefined || ofForm === 'not_canonical' ? (refuseTarget(new URL(text)) ?? ofForm) : ofForm
  if (reason === 'not_canonical') throw new Refusal('URL_NOT_ALLOWED', { reason, form: canonicalUrl(text) })
  if (reason !== undefined) throw new Refusal('URL_NOT_ALLOWED', { reason })
}

/** Throws HEADER_NOT_ALLOWED naming the header. */
export function refuseHeaders(headers: Readonly<Record<string, string>>, { headerAllowlist }: Api): void {
  const refused = refusedHeader(headers, headerAllowlist)
  if (refused === undefined) return
  throw new Refusal('HEADER_NOT_ALLOWED', { ...refused, name: refused.name.slice(0, NAME_LENGTH_SHOWN) })
}

/** Throws INVALID_INPUT for a secret that no library could verify with (Standard Webhooks). */
export function refuseSecret(secret: string | null | undefined): void {
  if (typeof secret === 'string' && !isUsableSecret(secret)) throw invalidInput([{ path: '/secret', ...NOT_BASE64 }])
}

const NOT_BASE64 = {
  en: 'must have the base64 of 16 to 64 bytes after whsec_, with its padding',
  es: 'debe llevar tras whsec_ el base64 de 16 a 64 bytes, con su relleno',
}

/** `whsec_` and base64 of 24 random bytes: 32 characters, and a valid Standard Webhooks secret (CONTRACT §2). */
export function newSecret({ random }: Api): string {
  return SECRET_PREFIX + Buffer.from(random.bytes(SECRET_RANDOM_BYTES)).toString('base64')
}
