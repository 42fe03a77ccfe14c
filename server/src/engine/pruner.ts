// Owns pruning: sweeps over all workspaces and removes what is older than their retention, in bounded batches with rests.
// Must never decide which rows may go: the storage does, inside the transaction.
import type { Clock } from '../platform/clock.ts'
import type { PrunePosition, RemovedRows, Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import { Loop } from './loop.ts'

export interface PrunerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents'>
  /** Days, for workspaces without a retention of their own; 0: they are kept for ever. */
  readonly retentionDays: number
  readonly onPruned: (removed: RemovedRows) => void
  readonly onFault: (error: unknown) => void
}

/** From the end of one sweep to the beginning of the next. */
const SWEEP_EVERY_MS = 10 * 60_000
export const REMOVAL_ROWS_MAX = 500

export class Pruner {
  readonly #dependencies: PrunerDependencies
  readonly #loop: Loop
  #position: PrunePosition | null = null

  constructor(dependencies: PrunerDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One batch. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage, retentionDays, onPruned } = this.#dependencies
    const startedAt = clock.monotonic()
    const { removed, next } = await storage.pruneEvents({
      now: clock.now(),
      retentionDaysDefault: retentionDays,
      from: this.#position,
      rowsMax: REMOVAL_ROWS_MAX,
    })
    this.#position = next
    onPruned(removed)
    return next === null ? SWEEP_EVERY_MS : batchPause(clock.monotonic() - startedAt)
  }
}
