// Owns the form in which statistics are shown.
import type { BucketSize, Statistics } from '@timbre/contract/statistics.ts'
import type { BucketRange } from '../../insight/statistics/bucket-range.ts'
import { addCells, type Cells } from '../../insight/statistics/cells.ts'
import { statisticsCounts } from '../../insight/statistics/statistics-counts.ts'
import type { BacklogRow } from '../../storage/storage.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export interface CountedStatistics {
  readonly webhookId: string | null
  readonly bucket: BucketSize
  readonly range: BucketRange
  readonly buckets: ReadonlyMap<number, Cells>
  readonly backlog: BacklogRow
  readonly drainSeconds: number | null
  readonly isRateLimited: boolean | null
}

export function presentStatistics(statistics: CountedStatistics): Statistics {
  const { webhookId, bucket, range, buckets, backlog, drainSeconds, isRateLimited } = statistics
  const total: Cells = new Map()
  for (const cells of buckets.values()) addCells(total, cells)
  return {
    webhookId,
    bucket,
    since: isoTime(range.since),
    until: isoTime(range.until),
    total: statisticsCounts(total),
    buckets: [...buckets].map(([start, cells]) => ({ start: isoTime(start), counts: statisticsCounts(cells) })),
    backlog: {
      pending: backlog.pending,
      pendingIsExact: backlog.isExact,
      oldestPendingAt: isoTimeOrNull(backlog.oldestAt),
      nextAttemptAt: isoTimeOrNull(backlog.nextAttemptAt),
      drainSeconds,
      isRateLimited,
    },
  }
}
