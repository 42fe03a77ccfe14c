// Owns the buckets of statistics as charts need them: also those in which nothing happened, which the service leaves out. Pure.
import type { Statistics, StatisticsCounts } from '@getsupervisor/agents-studio-sdk'
import { BUCKET_MS } from './span.ts'

export type Counted = Pick<Statistics, 'bucket' | 'since' | 'until' | 'total' | 'buckets'>

export interface WholeBucket {
  /** When it begins, milliseconds. */
  readonly at: number
  /** undefined: nothing happened. */
  readonly counts: StatisticsCounts | undefined
}

export function wholeBuckets({ bucket, since, until, buckets }: Counted): readonly WholeBucket[] {
  const ms = BUCKET_MS[bucket]
  const from = Date.parse(since)
  const counted = new Map(buckets.map(({ start, counts }) => [Date.parse(start), counts]))
  const places = Math.max(Math.round((Date.parse(until) - from) / ms), 0)
  return Array.from({ length: places }, (_, place) => from + place * ms).map((at) => ({ at, counts: counted.get(at) }))
}
