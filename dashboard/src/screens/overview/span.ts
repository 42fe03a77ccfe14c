// Owns over how much time an overview looks, as it stands in the address, and which buckets that takes. Pure.
import type { BucketSize, StatisticsQuery } from '@getsupervisor/agents-studio-sdk'

export const SPANS = ['1h', '24h', '7d', '30d'] as const
export type Span = (typeof SPANS)[number]

const HOUR_MS = 3_600_000
const SPAN: Readonly<Record<Span, { readonly bucket: BucketSize; readonly ms: number }>> = {
  '1h': { bucket: '1m', ms: HOUR_MS },
  '24h': { bucket: '1h', ms: 24 * HOUR_MS },
  '7d': { bucket: '1h', ms: 7 * 24 * HOUR_MS },
  '30d': { bucket: '1d', ms: 30 * 24 * HOUR_MS },
}

export const BUCKET_MS: Readonly<Record<BucketSize, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '1h': HOUR_MS,
  '1d': 24 * HOUR_MS,
}

export interface OverviewSearch {
  /** Absent: the last day. */
  readonly span?: Span
}

/** What makes no sense is left out. */
export function readOverviewSearch(search: Readonly<Record<string, unknown>>): OverviewSearch {
  const span = SPANS.find((one) => one === search['span'])
  return span === undefined ? {} : { span }
}

/** @param now in milliseconds */
export function queryOfSpan(span: Span, now: number): StatisticsQuery {
  const { bucket, ms } = SPAN[span]
  return { bucket, since: new Date(now - ms).toISOString() }
}
