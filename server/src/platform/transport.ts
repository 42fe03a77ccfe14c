// Owns the interface of sending: one request in, one outcome out. An outcome is a value, never an exception.
import type { OutcomeKind, Timings } from '@timbre/contract/attempt.ts'

export interface TransportRequest {
  /** Absent: `POST`. */
  readonly method?: 'GET'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** How a request ended. It has a response when kind is `answered`, and also when one began and did not end as it should. */
export interface Outcome {
  readonly kind: OutcomeKind
  /** null: no status and headers came. */
  readonly responseStatus: number | null
  readonly responseHeaders: Readonly<Record<string, string>> | null
  /** The first 16 KiB, or what came of them, decoded. */
  readonly responseBody: string | null
  readonly durationMs: number
  readonly timings: Timings
  readonly remoteAddress: string | null
  /** What went wrong and what to do, for the developer who looks at the attempt; null after a response. */
  readonly error: string | null
}

/** Nothing was written, and it is not the receiver's fault: this machine lacked something until the deadline. No attempt was made. */
export interface Unsent {
  readonly kind: 'unsent'
  /** What was lacking, for the operator. */
  readonly error: string
}

export type SendEnd = Outcome | Unsent

export interface Transport {
  /** Sends one request within the total deadline. Never rejects. */
  send(request: TransportRequest): Promise<SendEnd>
  /** Closes idle connections and refuses what comes later. */
  stop(): Promise<void>
}
