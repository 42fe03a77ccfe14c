// Owns what was read last of the logs that somebody watches, so that readers who fall behind together are read for once, and not each.
// Must never be where anything begins or ends: what is not here is read from the log, and nothing is here for long.
import type { Clock } from '../../platform/clock.ts'
import type { ChangePosition } from '../../storage/storage.ts'
import type { StreamBatch } from './stream-batch.ts'

/** Of all workspaces; a page has a hundred changes at most. */
const KEPT_MAX = 64
/** As long as it takes whoever fell behind to take what it was given. */
const KEPT_MS = 2000

interface Kept {
  readonly workspaceId: string
  readonly batch: StreamBatch
  /** When its reading began. */
  readonly readAt: number
}

export class RecentBatches {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** The oldest first. */
  #kept: Kept[] = []

  constructor({ clock }: { readonly clock: Pick<Clock, 'monotonic'> }) {
    this.#clock = clock
  }

  /** @param readAt when its reading began, by the monotonic clock */
  keep(workspaceId: string, batch: StreamBatch, readAt: number): void {
    if (batch.frames.length === 0) return
    this.#kept.push({ workspaceId, batch, readAt })
    if (this.#kept.length > KEPT_MAX) this.#kept.shift()
  }

  /**
   * One that has what comes next after a position, perhaps behind more that came before it.
   * @param openedAt of who reads: what was read before may have been erased before it came
   */
  find(workspaceId: string, after: ChangePosition, openedAt: number): StreamBatch | undefined {
    const since = Math.max(this.#clock.monotonic() - KEPT_MS, openedAt)
    const isGood = (kept: Kept) => kept.workspaceId === workspaceId && kept.readAt > since && kept.batch.has(after)
    return this.#kept.findLast(isGood)?.batch
  }

  forget(workspaceId: string): void {
    this.#kept = this.#kept.filter((kept) => kept.workspaceId !== workspaceId)
  }
}
