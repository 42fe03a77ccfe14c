// Owns the storage of statistics: buckets of counts, which are added where attempts are recorded.
import type { KeptSize } from '../../insight/statistics/bucket-sizes.ts'

export interface StatisticsStorage {
  /**
   * Adds what was counted since the last time to the buckets: at most `rowsMax` increments, in one transaction. Nothing that is read
   * depends on it. On several nodes one at a time does it.
   * @returns how many were folded; fewer than `rowsMax`: there is no more
   */
  foldStatistics(rowsMax: number): Promise<number>
  /** Removes buckets past their time, at most `rowsMax`. Returns how many. */
  pruneStatistics(now: number, rowsMax: number): Promise<number>
  /** What was counted up to this moment, in buckets that are not empty, oldest first. */
  listBuckets(query: BucketQuery): Promise<readonly BucketRow[]>
}

export interface BucketQuery {
  readonly workspaceId: string
  /** Null: the whole workspace. */
  readonly webhookId: string | null
  readonly size: KeptSize
  /** The beginning of a bucket; included. */
  readonly since: number
  /** Not included. */
  readonly until: number
}

export interface BucketRow {
  readonly startAt: number
  /** See `cells.ts`. */
  readonly cells: ReadonlyMap<string, number>
}
