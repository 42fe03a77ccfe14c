// Owns what a batch of increments means for the buckets: each is added to one of every size, of its webhook, of its workspace and of
// the whole instance.
import { bucketStart, KEPT_SIZE_MS, KEPT_SIZES, type KeptSize } from './bucket-sizes.ts'
import { CellCounts } from './cell-counts.ts'
import { addCells, type Cells } from './cells.ts'
import type { StatisticsIncrement } from './statistics-tally.ts'

/** In the place of a webhook: all of a workspace, those that were deleted too. */
export const WHOLE_WORKSPACE = ''
/** In the place of a workspace: all of them. */
export const WHOLE_INSTANCE = ''

export interface BucketKey {
  readonly workspaceId: string
  readonly webhookId: string
  readonly size: KeptSize
  readonly startAt: number
}

export interface FoldedBucket extends BucketKey {
  readonly cells: Cells
}

/**
 * @param isKept false for a webhook that is no more: its workspace keeps the count
 * @returns in one order everywhere, so that whoever locks rows by it waits for nobody in turn
 */
export function foldIncrements(
  increments: readonly StatisticsIncrement[],
  isKept: (webhookId: string) => boolean,
): FoldedBucket[] {
  const buckets = new Map<string, FoldedBucket>()
  for (const { workspaceId, webhookId, startAt: minute, cells } of minutesOf(increments)) {
    const whole = [
      { workspaceId, webhookId: WHOLE_WORKSPACE },
      { workspaceId: WHOLE_INSTANCE, webhookId: WHOLE_WORKSPACE },
    ]
    for (const of of isKept(webhookId) ? [{ workspaceId, webhookId }, ...whole] : whole) {
      for (const size of KEPT_SIZES) {
        const startAt = bucketStart(minute, KEPT_SIZE_MS[size])
        addCells(bucketOf(buckets, { ...of, size, startAt }).cells, cells)
      }
    }
  }
  return [...buckets.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bucket]) => bucket)
}

/** Of each webhook and minute first, so that what comes next does not depend on how many increments there are. */
function minutesOf(increments: readonly StatisticsIncrement[]): FoldedBucket[] {
  const byMinute = Map.groupBy(
    increments,
    ({ workspaceId, webhookId, minute }) => `${workspaceId} ${webhookId} ${minute}`,
  )
  const counts = new CellCounts()
  return [...byMinute.values()].flatMap((ofMinute) => {
    const [first] = ofMinute
    if (first === undefined) return []
    counts.clear()
    for (const { cells } of ofMinute) counts.addWritten(cells)
    const { workspaceId, webhookId, minute } = first
    return [{ workspaceId, webhookId, size: 'minute', startAt: minute, cells: counts.cells() }]
  })
}

function bucketOf(buckets: Map<string, FoldedBucket>, key: BucketKey): FoldedBucket {
  const name = `${key.workspaceId} ${key.webhookId} ${key.size} ${key.startAt}`
  const known = buckets.get(name)
  if (known !== undefined) return known
  const bucket = { ...key, cells: new Map<string, number>() }
  buckets.set(name, bucket)
  return bucket
}
