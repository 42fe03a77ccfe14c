// Owns what crosses between engine and store where rows are removed: by age (prune) and by call (erase).

export interface RemovedRows {
  readonly events: number
  readonly deliveries: number
  readonly attempts: number
}

export interface ErasedRows extends RemovedRows {
  /** Deliveries of them that another node may still begin to send. */
  readonly unconfirmed: number
}

/** Where a sweep over all workspaces goes on. */
export interface PrunePosition {
  readonly workspaceId: string
  /** Events up to this one were looked at. */
  readonly seq: number
}

export interface PruneRequest {
  readonly now: number
  /** For workspaces without a retention of their own; 0: they are kept for ever. */
  readonly retentionDaysDefault: number
  /** Null: from the beginning. */
  readonly from: PrunePosition | null
  /** Rows that are looked at or removed in the one transaction of the batch. */
  readonly rowsMax: number
}

export interface PruneResult {
  readonly removed: RemovedRows
  /** Null: the sweep is at its end. */
  readonly next: PrunePosition | null
}

export interface PruneAuditRequest {
  readonly now: number
  /** 0: for ever. */
  readonly retentionDays: number
  /** Of one workspace. */
  readonly entriesMax: number
  /** The workspace after which the sweep goes on; null: at the beginning. */
  readonly after: string | null
  readonly rowsMax: number
}

export interface PruneAuditResult {
  readonly removed: number
  /** Null with `isDone` false: once more from the beginning. */
  readonly next: string | null
  /** The sweep is at its end. */
  readonly isDone: boolean
}

export interface EraseRequest {
  readonly workspaceId: string
  readonly callId: string
  readonly now: number
  readonly rowsMax: number
}

export interface EraseResult {
  readonly removed: RemovedRows
  /** Ids of removed deliveries that were leased to this node: it must not begin to send them. Other nodes were told of theirs. */
  readonly leased: readonly string[]
  /** Removed deliveries that are leased to a node which was told, and has not said yet that it knows. */
  readonly unconfirmed: number
  /** Nothing of the call is left. */
  readonly isDone: boolean
}
