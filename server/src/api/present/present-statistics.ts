// Owns the form in which statistics are shown.
import type { BucketSize, Statistics } from '@timbre/contract/statistics.ts'
import type { BucketRange } from '../../insight/statistics/bucket-range.ts'
import { addCells, type Cells } from '../../insight/statistics/cells.ts'
import { statisticsCounts } from '../../insight/statistics/statistics-counts.ts'
import { isoTime } from './iso-time.ts'

export interface CountedBuckets {
  readonly bucket: BucketSize
  readonly range: BucketRange
  readonly buckets: ReadonlyMap<number, Cells>
}

export function presentCounted({
  bucket,
  range,
  buckets,
}: CountedBuckets): Pick<Statistics, 'bucket' | 'since' | 'until' | 'total' | 'buckets'> {
  return {
    bucket,
    since: isoTime(range.since),
    until: isoTime(range.until),
    total: statisticsCounts(totalOf(buckets)),
    buckets: [...buckets].map(([start, cells]) => ({ start: isoTime(start), counts: statisticsCounts(cells) })),
  }
}

export function totalOf(buckets: ReadonlyMap<number, Cells>): Cells {
  const total: Cells = new Map()
  for (const cells of buckets.values()) addCells(total, cells)
  return total
}
