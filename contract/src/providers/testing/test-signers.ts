// Owns a secret of each kind for tests, and signing with it as its provider does: the providers' own packages check it (signatures.test.ts).
import type { SourceKind } from '../../source.ts'
import { type ProviderMessage, providerRequest } from '../provider-request.ts'
import type { SourceRequest } from '../source-request.ts'
import { telnyxKeys } from '../telnyx.ts'

const ofTelnyx = telnyxKeys(Buffer.alloc(32, 'telnyx'))

/** As its provider's are; of Telnyx the public key. */
export const TEST_SECRETS: Readonly<Record<SourceKind, string>> = {
  retell: 'key_2d0c4f0b8a6e4c0f9f1b7c3a5d7e9f11',
  twilio: '1f2e3d4c5b6a79880f1e2d3c4b5a6978',
  vapi: 'vapi-server-secret-0123456789',
  telnyx: ofTelnyx.publicKey,
  elevenlabs: 'wsec_5a4b3c2d1e0f5a4b3c2d1e0f5a4b3c2d',
  livekit: 'livekitapisecretlivekitapisecretlivekit0',
  vonage: 'vonagesignaturesecretvonagesignature00',
  plivo: 'MzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy',
  bland: 'bland-webhook-secret-0123456789',
  generic: 'generic-secret-0123456789',
}

export interface ToSign extends ProviderMessage {
  readonly now: number
  /** Another than that of the kind. */
  readonly secret?: string
}

/** The request that the provider would make. */
export function signedBy({ now, secret, ...message }: ToSign): SourceRequest {
  const own = message.kind === 'telnyx' ? ofTelnyx.privateKey : TEST_SECRETS[message.kind]
  return providerRequest(message, { secret: secret ?? own }, now)
}
