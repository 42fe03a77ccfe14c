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
  /** What was counted up to this moment, in no order; what has the same beginning is to be added. */
  listBuckets(query: BucketQuery): Promise<readonly BucketRow[]>
  /** What of a webhook, or of the whole workspace, has not ended: by indexes, and no more rows of them than it says. */
  findBacklog(query: BacklogQuery): Promise<BacklogRow>
}

export interface FoldBounds {
  /** Increments that are looked at. */
  readonly rowsMax: number
  /** Each has some six buckets, which is most of the work. */
  readonly webhooksMax: number
}

export interface BucketQuery {
  /** WHOLE_INSTANCE: all of them together. */
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
  /** Within the bucket. */
  readonly at: number
  /** See `cells.ts`. */
  readonly cells: string
}

export interface BacklogQuery {
  readonly workspaceId: string
  /** Null: the whole workspace, of which nothing is told that is due. */
  readonly webhookId: string | null
  readonly now: number
  /** So many are looked at of what is queued, and of what is being sent. */
  readonly rowsMax: number
  /** Where more is queued than is looked at, so many are looked at of what is due. */
  readonly dueMax: number
}

export interface BacklogRow {
  /** Queued, or being sent. */
  readonly pending: number
  /** Queued, and due; where more is queued than was looked at, no more than `dueMax`. */
  readonly due: number
  /** Being sent. */
  readonly sending: number
  /** False: there are more than were looked at. */
  readonly isExact: boolean
  /** When the oldest was made, milliseconds; null: there is none. */
  readonly oldestAt: number | null
  readonly nextAttemptAt: number | null
}
