// Owns the storage of statistics: buckets of counts, which are added where attempts are recorded.
import type { KeptSize } from '../../insight/statistics/bucket-sizes.ts'

export interface StatisticsStorage {
  /**
   * Adds what was counted since the last time to the buckets: one bounded batch, in one transaction. Nothing that is read depends on
   * it. On several nodes one at a time does it.
   * @returns true: there may be more at once
   */
  foldStatistics(bounds: FoldBounds): Promise<boolean>
  /** Removes buckets past their time, at most `rowsMax`. Returns how many. */
  pruneStatistics(now: number, rowsMax: number): Promise<number>
  /** What was counted up to this moment, in buckets that are not empty, oldest first. */
  listBuckets(query: BucketQuery): Promise<readonly BucketRow[]>
}

export interface FoldBounds {
  /** Increments that are looked at. */
  readonly rowsMax: number
  /** Each has some six buckets, which is most of the work. */
  readonly webhooksMax: number
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
