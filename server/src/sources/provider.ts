// Owns what a provider is to the rest: how its requests are read, and how long its calls may take. Its signature is in the contract.

import type { Payload, SourceRequest } from '@timbre/contract/providers/source-request.ts'
import type { SourceFields, SourceKind } from '@timbre/contract/source.ts'
import type { Normalised } from './signal.ts'

export interface Provider {
  readonly kind: SourceKind
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
