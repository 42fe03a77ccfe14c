// Owns what crosses between the server and its sender threads: requests there, outcomes back, both in batches.

import type { HttpTransportOptions } from '../http/http-transport.ts'
import type { SendEnd, TransportRequest } from '../transport.ts'

/** What a sender's own transport is built with: plain data, the only thing that a thread can be given. */
export type SenderOptions = Omit<HttpTransportOptions, 'clock' | 'lookup'>

export interface SenderRequest extends TransportRequest {
  readonly id: number
}

/**
 * The requests of one tick, as they are; or the order to stop as a transport does.
 * As JSON text they cost more for both sides: the body's quotes are escaped there and back.
 */
export type SenderOrder = readonly SenderRequest[] | 'stop'

export interface SenderReply {
  readonly id: number
  readonly outcome: SendEnd
}

/** Outcomes are small and deep: as text they cross cheaper than by structured clone (docs/performance.md). */
export function packReplies(replies: readonly SenderReply[]): string {
  return JSON.stringify(replies)
}

/** @param text from `packReplies`, so it is what the type says */
export function unpackReplies(text: string): readonly SenderReply[] {
  return JSON.parse(text)
}
