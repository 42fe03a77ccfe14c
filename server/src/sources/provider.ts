// Owns what a provider is to the rest: how its requests are verified and read, and how long its calls may take.
import type { SourceKind } from '@timbre/contract/source.ts'
import type { Normalised } from './signal.ts'
import type { HmacAlgorithm } from './signatures.ts'
import type { Payload, SourceRequest } from './source-request.ts'
import type { Verdict } from './verdict.ts'

/** How an HMAC is made where the provider lets its users choose. */
export interface HmacPlan {
  readonly algorithm: HmacAlgorithm
  readonly signatureHeader: string
  /** Before the digest: `sha256=`. */
  readonly prefix: string
  readonly encoding: 'hex' | 'base64'
  /** null: no time is signed. */
  readonly timestampHeader: string | null
  /** With `{body}`, `{timestamp}`, `{method}` and `{url}`. */
  readonly payloadFormat: string
  readonly secretIsBase64: boolean
  readonly toleranceSeconds: number
}

/** Where in a payload of its own a `generic` source finds what: JSON pointers (RFC 6901). */
export interface FieldMap {
  readonly callId: string
  readonly status: string
  /** What a status means; one that is not named says nothing. */
  readonly statuses: Readonly<Record<string, 'registered' | 'ongoing' | 'ended' | 'not_connected' | 'error'>>
  readonly event?: string
  readonly id?: string
  readonly time?: string
  readonly sequence?: string
  readonly direction?: string
  readonly fromNumber?: string
  readonly toNumber?: string
  readonly agentId?: string
  readonly reason?: string
  readonly durationSeconds?: string
  readonly recordingUrl?: string
  readonly transcript?: string
  readonly errorCode?: string
  readonly errorMessage?: string
}

/** The secrets of a source whose time has not ended, the newest first, and what else its verifier must know. */
export interface SourceKeys {
  readonly secrets: readonly string[]
  /** Of Vapi and `generic`. */
  readonly hmac?: Partial<HmacPlan>
}

export interface Provider {
  readonly kind: SourceKind
  /** Pure: the same request, keys and time give the same verdict. */
  verify(request: SourceRequest, keys: SourceKeys, now: number): Verdict
  /** Pure. Of a request that was verified. */
  normalise(payload: Payload, request: SourceRequest, map?: FieldMap): Normalised
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
