// Owns what was counted in each bucket of a response, and in all of them, from what the storage lists. Pure.
import type { StatisticsCounts } from '@timbre/contract/statistics.ts'
import { bucketStart } from './bucket-sizes.ts'
import { CellCounts } from './cell-counts.ts'
import type { ListedCells } from './merged-buckets.ts'
import { statisticsCounts } from './statistics-counts.ts'

export interface CountedBuckets {
  readonly total: CellCounts
  /** Oldest first; one in which nothing happened is not there. */
  readonly buckets: readonly { readonly start: number; readonly counts: StatisticsCounts }[]
}

export function countedBuckets(rows: readonly ListedCells[], bucketMs: number): CountedBuckets {
  const total = new CellCounts()
  const bucket = new CellCounts()
  const buckets = [...rowsByStart(rows, bucketMs)].map(([start, ofBucket]) => {
    bucket.clear()
    for (const { cells } of ofBucket) bucket.addWritten(cells)
    total.addAll(bucket)
    return { start, counts: statisticsCounts(bucket) }
  })
  return { total, buckets }
}

function rowsByStart(rows: readonly ListedCells[], bucketMs: number): [number, readonly ListedCells[]][] {
  const byStart = Map.groupBy(rows, ({ at }) => bucketStart(at, bucketMs))
  return [...byStart].sort(([a], [b]) => a - b)
}
