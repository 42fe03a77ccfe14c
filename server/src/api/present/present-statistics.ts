// Owns the form in which statistics are shown.
import type { BucketSize, Statistics } from '@timbre/contract/statistics.ts'
import type { BucketRange } from '../../insight/statistics/bucket-range.ts'
import type { CountedBuckets } from '../../insight/statistics/counted-buckets.ts'
import { statisticsCounts } from '../../insight/statistics/statistics-counts.ts'
import { isoTime } from './iso-time.ts'

export interface CountedRange extends CountedBuckets {
  readonly bucket: BucketSize
  readonly range: BucketRange
}

export function presentCounted({
  bucket,
  range,
  total,
  buckets,
}: CountedRange): Pick<Statistics, 'bucket' | 'since' | 'until' | 'total' | 'buckets'> {
  return {
    bucket,
    since: isoTime(range.since),
    until: isoTime(range.until),
    total: statisticsCounts(total),
    buckets: buckets.map(({ start, counts }) => ({ start: isoTime(start), counts })),
  }
}
