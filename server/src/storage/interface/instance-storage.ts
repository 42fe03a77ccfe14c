// Owns what an operator asks of the store as a whole: what waits for whom, who sends most, how large it is, and who uses it.

export interface InstanceStorage {
  /** Webhooks with something queued, those with most first, at most `limit`; of what is queued `rowsMax` are looked at. */
  listBacklogs(rowsMax: number, limit: number): Promise<readonly QueuedOfWebhook[]>
  /**
   * Workspaces with deliveries that ended in an hour that begins at `since` or later, those with most first, at most `limit`; of what
   * is folded, and of `workspacesMax` workspaces.
   */
  listBusyWorkspaces(since: number, workspacesMax: number, limit: number): Promise<readonly BusyWorkspaceRow[]>
  /** Now. */
  measureStorage(): Promise<StorageSize>
  /** Keeps the size as it is now for the hour, once for each hour: see STORAGE_SIZES. */
  noteStorageSize(now: number): Promise<void>
  /** Those that were there within a day, and where there is only one, none. */
  listNodes(): Promise<readonly NodeRow[]>
}

export interface QueuedOfWebhook {
  readonly workspaceId: string
  readonly webhookId: string
  readonly queued: number
}

export interface BusyWorkspaceRow {
  readonly id: string
  readonly name: string
  readonly succeeded: number
  readonly failed: number
}

export interface StorageSize {
  /** In use. */
  readonly bytes: number
  /** Free within what is taken from the disk. */
  readonly freeBytesInside: number
}

export interface NodeRow {
  readonly id: string
  readonly isThis: boolean
  readonly isLive: boolean
  /** Milliseconds. */
  readonly startedAt: number
  readonly seenAt: number
}
