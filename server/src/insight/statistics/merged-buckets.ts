// Owns adding up what the storage lists to the buckets that were asked for. Pure.
import { bucketStart } from './bucket-sizes.ts'
import { addCells, type Cells, readCells } from './cells.ts'

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
    const counts = readCells(cells)
    const bucket = buckets.get(start)
    if (bucket === undefined) buckets.set(start, new Map(counts))
    else addCells(bucket, counts)
  }
  return new Map([...buckets].sort(([a], [b]) => a - b))
}
