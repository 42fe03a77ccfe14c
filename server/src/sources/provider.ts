// Owns what a provider is to the rest: how its requests are verified and read, and how long its calls may take.
import type { SourceFields, SourceKind, SourceVerification } from '@timbre/contract/source.ts'
import type { Normalised } from './signal.ts'
import type { Payload, SourceRequest } from './source-request.ts'
import type { Verdict } from './verdict.ts'

/** How an HMAC is made where the provider lets its users choose; all of it. */
export type HmacPlan = Required<SourceVerification>

/** The secrets of a source whose time has not ended, the newest first, and what else its verifier must know. */
export interface SourceKeys {
  readonly secrets: readonly string[]
  /** Of Vapi and `generic`. */
  readonly hmac?: SourceVerification
}

export interface Provider {
  readonly kind: SourceKind
  /** Pure: the same request, keys and time give the same verdict. */
  verify(request: SourceRequest, keys: SourceKeys, now: number): Verdict
  /** Pure. Of a request that was verified. */
  normalise(payload: Payload, request: SourceRequest, map?: SourceFields): Normalised
  /** What a request may have; reports with transcripts are long. */
  readonly bodyBytesMax: number
  /** No call takes longer; after that, with a grace, it is closed. */
  readonly callMsMax: number
  /** How long after its end a recording or an analysis may come, before what is known is all. */
  readonly completionMsMax: number
}

export const BODY_BYTES_MAX = 256 * 1024
/** Word by word with times, a transcript of an hour is longer than that. */
export const REPORT_BYTES_MAX = 2 * 1024 * 1024

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
