// Owns the storage of the live stream: the log of what changed in deliveries, read in the order in which it became visible.
// The log is written by the transaction that makes the change, so that neither is there without the other (docs/decisions/0070).
import type { DeliveryRow } from './rows.ts'

export interface StreamStorage {
  /**
   * From where a stream goes on: at the position when everything behind it can still be shown, else with what is missing.
   * @param after null: at the end of the log, as it is now
   */
  locateChanges(workspaceId: string, after: ChangePosition | null, now: number): Promise<ChangeStart>
  /** What came behind the position, oldest first. Nothing that becomes visible later is ever before what was returned. */
  listChanges(workspaceId: string, after: ChangePosition, limit: number): Promise<ChangePage>
  /** Removes rows of the log that are older than CHANGES_KEPT_MS, at most `limit`. Returns how many. */
  pruneChanges(now: number, limit: number): Promise<number>
}

/** A stream goes on from a position that is no older. */
export const CHANGES_SHOWN_MS = 24 * 3_600_000
/** Longer: rows go by their time, and are shown in the order of their commits, which may differ by as long as a commit takes. */
export const CHANGES_KEPT_MS = CHANGES_SHOWN_MS + 3_600_000

/** A place in the log of one workspace: behind `nth` changes of a row, or behind all of it. Rows are ordered by `tx`, then by `seq`. */
export interface ChangePosition {
  /** Of the transaction, where several write at once; else 0. */
  readonly tx: number
  /** 0, as long as the log is empty. */
  readonly seq: number
  /** WHOLE_ROW: behind all of them. */
  readonly nth: number
  /** When the row was written: a row of another life of the database, before a restore, has another time. */
  readonly at: number
}

export const WHOLE_ROW = 0

export interface ChangeStart {
  readonly from: ChangePosition
  /** When what cannot be shown any more was written: between these times. */
  readonly gap: ChangeGap | null
}

export interface ChangeGap {
  readonly from: number
  readonly until: number
}

export interface DeliveryChange {
  /** Behind this change. */
  readonly position: ChangePosition
  /** As the change left it; null: the delivery has been erased or pruned meanwhile. */
  readonly delivery: DeliveryRow | null
}

export interface ChangePage {
  readonly changes: readonly DeliveryChange[]
  /** There may be more now. */
  readonly isMore: boolean
}
