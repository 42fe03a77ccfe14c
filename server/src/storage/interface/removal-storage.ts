// Owns the storage of removing: old events, the events of one call, and what the log still holds of them.
import type {
  EraseRequest,
  EraseResult,
  PruneAuditRequest,
  PruneAuditResult,
  PruneRequest,
  PruneResult,
} from './removed-rows.ts'

export interface RemovalStorage {
  /**
   * Removes events that were accepted longer ago than the retention of their workspace, with their deliveries and
   * attempts: one bounded batch of a sweep over all workspaces. An event with a delivery that is queued or being sent
   * stays as it is, with all of its deliveries. Counters of webhooks are not changed. Sequence numbers are not reused.
   */
  pruneEvents(request: PruneRequest): Promise<PruneResult>
  /**
   * The latest time of which something in the tables tells: that it was accepted, attempted or asked for. Null: nothing does. A clock
   * that is far past it may be wrong. To be asked before this process has written anything.
   */
  newestTrace(): Promise<number | null>
  /**
   * Removes events of one call with all their deliveries and attempts, whatever their status: one bounded batch. What
   * was removed is overwritten in the file, not only forgotten. A result that comes for a removed delivery is fenced off.
   */
  eraseCall(request: EraseRequest): Promise<EraseResult>
  /**
   * Removes deleted webhooks that no delivery refers to any more, with their replays: one bounded batch of a sweep that goes on where
   * the one before ended, and begins anew after the last. True: there may be more at once.
   */
  removeDeletedWebhooks(limit: number, now: number): Promise<boolean>
  /**
   * Removes entries of the audit log that are too old, and the oldest of a workspace that has too many: one bounded batch of a
   * sweep over all workspaces.
   */
  pruneAuditEntries(request: PruneAuditRequest): Promise<PruneAuditResult>
  /** Moves everything from the log into the file and empties the log. False when a reader kept it from that. */
  truncateLog(): Promise<boolean>
}
