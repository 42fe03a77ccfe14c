// Owns what the measuring process tells its receiver and its publisher, and what they answer.
import type { Certificates } from '../../test/support/certificates.ts'
import type { StreamTarget } from './stream-reader.ts'

export type ReceiverOrder =
  | {
      readonly kind: 'listen'
      readonly certificates: Certificates
      readonly ports: number
      readonly progressFile: string
    }
  | { readonly kind: 'take' }

export interface Taken {
  /** Intended send time → received, of every request since the last order that said when it was meant to be sent. */
  readonly latenciesMs: readonly number[]
  /** Request line and headers of the last request. */
  readonly head: string
}

/** Where and as whom to publish. */
export interface PublishTarget {
  /** Of each node; connections take turns. */
  readonly addresses: readonly [string, ...string[]]
  readonly apiKey: string
  readonly workspaceId: string
  /** The events take turns. Empty: events without an agent. */
  readonly agentIds: readonly string[]
}

/** Requests of undici alone: what Timbre sends, without Timbre. */
export interface AloneTarget {
  readonly urls: readonly string[]
  readonly ca: string
  readonly headers: Readonly<Record<string, string>>
}

export type LoadOrder =
  | {
      readonly kind: 'publish closed'
      readonly target: PublishTarget
      readonly bodyBytes: number
      readonly batch: number
      readonly connections: number
      /** Deliveries of an event. 0: nothing is delivered, and nothing waited for. */
      readonly fanOut: number
      readonly outstandingMax: number
      readonly progressFile: string
    }
  | {
      readonly kind: 'alone closed'
      readonly target: AloneTarget
      readonly bodyBytes: number
      readonly inFlight: number
    }
  | {
      readonly kind: 'publish open'
      readonly target: PublishTarget
      readonly bodyBytes: number
      readonly perSecond: number
    }
  | {
      readonly kind: 'alone open'
      readonly target: AloneTarget
      readonly bodyBytes: number
      readonly perSecond: number
    }

export type PublisherOrder = LoadOrder | { readonly kind: 'mark' } | { readonly kind: 'stop' }

/** Since the last mark. */
export interface LoadResult {
  readonly sent: number
  /** Refused, or the connection broke. */
  readonly failed: number
  /** Of each request until its response. */
  readonly answerMs: readonly number[]
  /** By how much the generator itself was later than it meant to be: open loops only. */
  readonly latenessMs: readonly number[]
}

export type StreamReaderOrder =
  | {
      readonly kind: 'open'
      readonly target: StreamTarget
      readonly readers: number
      /** One in so many tells the age of each frame. */
      readonly probeEvery: number
    }
  | { readonly kind: 'take' }
  | { readonly kind: 'close' }

export interface StreamRead {
  /** Of each reader, since it was opened. */
  readonly frames: readonly number[]
  readonly open: number
  /** Change → received, of what the probes had since the last order. */
  readonly agesMs: readonly number[]
}

export interface Load {
  start(): Promise<void>
  mark(): void
  stop(): Promise<LoadResult>
}
