// Owns which buckets a question is about. Pure.
import type { BucketSize } from '@timbre/contract/statistics.ts'
import { ASKED_SIZES, bucketStart, keptSince, MINUTE_MS } from './bucket-sizes.ts'

export interface BucketRange {
  /** The beginning of the first bucket. */
  readonly since: number
  /** The end of the last bucket. */
  readonly until: number
}

/** How far back, where the question does not say. */
const SPAN_DEFAULT_MS: Readonly<Record<BucketSize, number>> = {
  '1m': 60 * MINUTE_MS,
  '5m': 6 * 60 * MINUTE_MS,
  '1h': 24 * 60 * MINUTE_MS,
  '1d': 30 * 24 * 60 * MINUTE_MS,
}

/**
 * Whole buckets, no earlier than what is kept and no later than now.
 * @param asked milliseconds; undefined: not said
 */
export function bucketRange(
  bucket: BucketSize,
  asked: { readonly since?: number; readonly until?: number },
  now: number,
): BucketRange {
  const { from, ms } = ASKED_SIZES[bucket]
  const end = Math.min(asked.until ?? now, now)
  const since = Math.max(asked.since ?? end - SPAN_DEFAULT_MS[bucket], keptSince(from, now))
  // `until` itself is not included.
  const until = bucketStart(end - 1, ms) + ms
  return { since: Math.min(bucketStart(since, ms), until), until }
}
