// Owns pruning: sweeps over all workspaces and removes what is older than their retention, in bounded batches with rests.
// Must never decide which rows may go: the storage does, inside the transaction.
import type { Clock } from '../platform/clock.ts'
import type { PrunePosition, RemovedRows, Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import { Loop, type OnFault } from './loop.ts'
import { type ClockReading, trustedTime } from './trusted-time.ts'

export interface PrunerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents' | 'newestTrace'>
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
const DAY_MS = 24 * 3_600_000
/** Of an instance that keeps everything for ever, where workspaces have retentions of their own. */
const IDLE_DAYS_DEFAULT = 30

const NOTHING: RemovedRows = { events: 0, deliveries: 0, attempts: 0 }

export class Pruner {
  readonly #dependencies: PrunerDependencies
  readonly #loop: Loop
  #position: PrunePosition | null = null
  #swept: RemovedRows = NOTHING
  #start: { readonly reading: ClockReading; readonly trace: Promise<number | null> } | undefined

  constructor(dependencies: PrunerDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'pruner', runOnce: () => this.runOnce() })
  }

  /** Before anything is written, so that what the clock says now is not taken for what the tables tell. */
  start(): void {
    this.#begin()
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** One batch. Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage, retentionDays, onPruned, onSwept, onHeldBack } = this.#dependencies
    const startedAt = clock.monotonic()
    const now = await this.#trustedTime()
    if (now === null) {
      onHeldBack()
      return SWEEP_EVERY_MS
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

  #begin() {
    if (this.#start !== undefined) return this.#start
    const trace = this.#dependencies.storage.newestTrace()
    // Told by whoever waits for it.
    trace.catch(() => {})
    this.#start = { reading: this.#read(), trace }
    return this.#start
  }

  async #trustedTime(): Promise<number | null> {
    const { reading, trace } = this.#begin()
    const idleDays = this.#dependencies.retentionDays || IDLE_DAYS_DEFAULT
    try {
      return trustedTime(reading, this.#read(), await trace, idleDays * DAY_MS)
    } catch (error) {
      this.#start = undefined
      throw error
    }
  }

  #read(): ClockReading {
    const { clock } = this.#dependencies
    return { now: clock.now(), monotonic: clock.monotonic() }
  }
}

function sum(one: RemovedRows, other: RemovedRows): RemovedRows {
  return {
    events: one.events + other.events,
    deliveries: one.deliveries + other.deliveries,
    attempts: one.attempts + other.attempts,
  }
}
