// Owns adding up what the storage lists to the buckets that were asked for. Pure.
import { bucketStart } from './bucket-sizes.ts'
import { addWritten, type Cells } from './cells.ts'

export interface ListedCells {
  /** A time within the bucket, milliseconds. */
  readonly at: number
  /** As `writeCells` writes them. */
  readonly cells: string
}

/** By the beginning of each bucket, oldest first; one in which nothing happened is not there. */
export function mergedBuckets(rows: readonly ListedCells[], bucketMs: number): ReadonlyMap<number, Cells> {
  const buckets = new Map<number, Cells>()
  for (const { at, cells } of rows) {
    const start = bucketStart(at, bucketMs)
    const bucket = buckets.get(start) ?? new Map<string, number>()
    buckets.set(start, bucket)
    addWritten(bucket, cells)
  }
  return new Map([...buckets].sort(([a], [b]) => a - b))
}
