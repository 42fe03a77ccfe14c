// Owns the sizes of buckets: which are kept, how long, and which of them a question is answered from. Pure.
import type { BucketSize } from '@timbre/contract/statistics.ts'

export const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** What is kept. Each increment is added to a bucket of every size, so that all sizes tell the same. */
export const KEPT_SIZES = ['minute', 'hour', 'day'] as const
export type KeptSize = (typeof KEPT_SIZES)[number]

export const KEPT_SIZE_MS: Readonly<Record<KeptSize, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS }

/** How far back a question may look. */
const RETENTION_MS: Readonly<Record<KeptSize, number>> = { minute: 2 * DAY_MS, hour: 35 * DAY_MS, day: 400 * DAY_MS }

/** What may be asked for: from which kept size, and how wide. */
export const ASKED_SIZES: Readonly<Record<BucketSize, { readonly from: KeptSize; readonly ms: number }>> = {
  '1m': { from: 'minute', ms: MINUTE_MS },
  '5m': { from: 'minute', ms: 5 * MINUTE_MS },
  '1h': { from: 'hour', ms: HOUR_MS },
  '1d': { from: 'day', ms: DAY_MS },
}

/** The beginning of the bucket in which a time lies. Days are those of UTC. */
export function bucketStart(at: number, ms: number): number {
  return Math.floor(at / ms) * ms
}

/** Buckets that begin earlier are removed. */
export function keptSince(size: KeptSize, now: number): number {
  return bucketStart(now - RETENTION_MS[size], KEPT_SIZE_MS[size])
}
