// Owns pruning: sweeps over all workspaces and removes what is older than their retention, in bounded batches with rests. Each
// sweep begins with buckets of statistics past their time.
// Must never decide which rows may go: the storage does, inside the transaction.
import type { Clock } from '../platform/clock.ts'
import type { PrunePosition, RemovedRows, Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import { Loop, type OnFault } from './loop.ts'
import type { TrustedClock } from './trusted-clock.ts'

export interface PrunerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents' | 'pruneStatistics'>
  readonly trusted: Pick<TrustedClock, 'begin' | 'now'>
  /** Days, for workspaces without a retention of their own; 0: they are kept for ever. */
  readonly retentionDays: number
  readonly onPruned: (removed: RemovedRows) => void
  /** Nothing is pruned, because the clock may be wrong. Told at each sweep. */
  readonly onHeldBack: () => void
  /** A sweep is over; with what all of its batches removed. */
  readonly onSwept: (removed: RemovedRows) => void
  readonly onFault: OnFault
}

/** From the end of one sweep to the beginning of the next. */
const SWEEP_EVERY_MS = 10 * 60_000
export const REMOVAL_ROWS_MAX = 500

const NOTHING: RemovedRows = { events: 0, deliveries: 0, attempts: 0 }

export class Pruner {
  readonly #dependencies: PrunerDependencies
  readonly #loop: Loop
  #position: PrunePosition | null = null
  #swept: RemovedRows = NOTHING

  constructor(dependencies: PrunerDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'pruner', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#dependencies.trusted.begin()
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One batch. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage, trusted, retentionDays, onPruned, onSwept, onHeldBack } = this.#dependencies
    const startedAt = clock.monotonic()
    const now = await trusted.now()
    if (now === null) {
      onHeldBack()
      return SWEEP_EVERY_MS
    }
    if (this.#position === null) {
      const buckets = await storage.pruneStatistics(now, REMOVAL_ROWS_MAX)
      if (buckets === REMOVAL_ROWS_MAX) return batchPause(clock.monotonic() - startedAt)
    }
    const { removed, next } = await storage.pruneEvents({
      now,
      retentionDaysDefault: retentionDays,
      from: this.#position,
      rowsMax: REMOVAL_ROWS_MAX,
    })
    this.#position = next
    onPruned(removed)
    this.#swept = sum(this.#swept, removed)
    if (next !== null) return batchPause(clock.monotonic() - startedAt)
    onSwept(this.#swept)
    this.#swept = NOTHING
    return SWEEP_EVERY_MS
  }
}

function sum(one: RemovedRows, other: RemovedRows): RemovedRows {
  return {
    events: one.events + other.events,
    deliveries: one.deliveries + other.deliveries,
    attempts: one.attempts + other.attempts,
  }
}
