// Owns making a request as a provider makes it: its body in the provider's form, signed.
import type { SourceKind } from '../source.ts'
import type { SigningKey } from './provider-signature.ts'
import { PROVIDER_SIGNATURES } from './provider-signatures.ts'
import type { Payload, SourceRequest } from './source-request.ts'

export interface ProviderMessage {
  readonly kind: SourceKind
  /** Where it goes, as the provider knows it: Twilio and Plivo sign it. */
  readonly url: string
  readonly payload: Payload
}

const FORM_KINDS: ReadonlySet<SourceKind> = new Set(['twilio', 'plivo'])

/** @param now milliseconds since 1970: when it is signed */
export function providerRequest(message: ProviderMessage, key: SigningKey, now: number): SourceRequest {
  const { kind, url, payload } = message
  const headers = { 'content-type': contentType(kind) }
  const request: SourceRequest = { method: 'POST', url, headers, body: Buffer.from(bodyOf(kind, payload)) }
  return { ...request, headers: { ...headers, ...PROVIDER_SIGNATURES[kind].sign(request, key, now) } }
}

function bodyOf(kind: SourceKind, payload: Payload): string {
  if (!FORM_KINDS.has(kind)) return JSON.stringify(payload)
  return new URLSearchParams(Object.entries(payload).map(([name, value]) => [name, String(value)])).toString()
}

function contentType(kind: SourceKind): string {
  if (FORM_KINDS.has(kind)) return 'application/x-www-form-urlencoded; charset=UTF-8'
  return kind === 'livekit' ? 'application/webhook+json' : 'application/json'
}
