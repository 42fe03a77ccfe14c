// Owns what a provider's signature is to the rest: how its requests are signed and verified.
import type { SourceVerification } from '../source.ts'
import type { SourceRequest } from './source-request.ts'
import type { Verdict } from './verdict.ts'

/** How an HMAC is made where the provider lets its users choose; all of it. */
export type HmacPlan = Required<SourceVerification>

/** The secrets that may be signed with, the newest first, and what else a verifier must know. */
export interface SourceKeys {
  readonly secrets: readonly string[]
  /** Of Vapi and `generic`. */
  readonly hmac?: SourceVerification
}

export interface SigningKey {
  /** What the provider signs with; of Telnyx the private key (`telnyxKeys`). */
  readonly secret: string
  /** Of Vapi and `generic`. */
  readonly hmac?: SourceVerification
}

export interface ProviderSignature {
  /** Pure: the same request, keys and time give the same verdict. */
  verify(request: SourceRequest, keys: SourceKeys, now: number): Verdict
  /** The headers that the provider would add. Pure. */
  sign(request: SourceRequest, key: SigningKey, now: number): Readonly<Record<string, string>>
}
