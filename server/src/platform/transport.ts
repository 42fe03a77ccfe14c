// Owns the interface of sending: one request in, one outcome out. An outcome is a value, never an exception.
import type { OutcomeKind, Timings } from '@timbre/contract/attempt.ts'

export interface TransportRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** How a request ended. `responseStatus` is set exactly when kind is `answered`. */
export interface Outcome {
  readonly kind: OutcomeKind
  readonly responseStatus: number | null
  readonly responseHeaders: Readonly<Record<string, string>> | null
  /** The first 16 KiB, decoded; null when there was no answer. */
  readonly responseBody: string | null
  readonly durationMs: number
  readonly timings: Timings
  readonly remoteAddress: string | null
  /** What went wrong and what to do, for the developer who looks at the attempt; null after an answer. */
  readonly error: string | null
}

export interface Transport {
  /** Sends one POST within the total deadline. Never rejects. */
  send(request: TransportRequest): Promise<Outcome>
  /** Closes idle connections and refuses what comes later. */
  stop(): Promise<void>
}
