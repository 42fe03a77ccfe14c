// Owns the rhythm of folding: what was counted since the last time goes into the buckets, in bounded batches with rests.
// Must never matter to what is read: statistics are the buckets and what is not folded yet.
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import { Loop, type OnFault } from './loop.ts'

export interface StatisticsFolderDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'foldStatistics'>
  readonly onFault: OnFault
}

/** From the end of one sweep to the next: so seldom that a busy webhook is written once for many batches, so often that a reader adds up little. */
const INTERVAL_MS = 3_000
/** Some 15 ms of the storage at most. */
export const FOLD_BOUNDS = { rowsMax: 2_000, webhooksMax: 64 }

export class StatisticsFolder {
  readonly #dependencies: StatisticsFolderDependencies
  readonly #loop: Loop

  constructor(dependencies: StatisticsFolderDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'statistics-folder', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One batch. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    const startedAt = clock.monotonic()
    const isMore = await storage.foldStatistics(FOLD_BOUNDS)
    return isMore ? batchPause(clock.monotonic() - startedAt) : INTERVAL_MS
  }
}
