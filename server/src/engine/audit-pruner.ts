// Owns pruning the audit log: sweeps over all workspaces, in bounded batches with rests.
// Must never decide which entries may go: the storage does.
import type { Clock } from '../platform/clock.ts'
import type { PruneAuditResult, Storage } from '../storage/storage.ts'
import { batchPause } from './batch-pause.ts'
import { Loop, type OnFault } from './loop.ts'
import type { TrustedClock } from './trusted-clock.ts'

export interface AuditRetention {
  /** 0: for ever. */
  readonly days: number
  /** Of one workspace. */
  readonly entriesMax: number
}

export interface AuditPrunerDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneAuditEntries'>
  readonly trusted: Pick<TrustedClock, 'begin' | 'now'>
  readonly retention: AuditRetention
  readonly onFault: OnFault
}

/** From the end of one sweep to the beginning of the next. */
const SWEEP_EVERY_MS = 10 * 60_000
const ROWS_MAX = 500

export class AuditPruner {
  readonly #dependencies: AuditPrunerDependencies
  readonly #loop: Loop
  #after: PruneAuditResult['next'] = null

  constructor(dependencies: AuditPrunerDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'audit-pruner', runOnce: () => this.runOnce() })
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
    const { clock, storage, trusted, retention } = this.#dependencies
    const startedAt = clock.monotonic()
    const now = await trusted.now()
    // The pruner of events tells of it.
    if (now === null) return SWEEP_EVERY_MS
    const { next, isDone } = await storage.pruneAuditEntries({
      now,
      retentionDays: retention.days,
      entriesMax: retention.entriesMax,
      after: this.#after,
      rowsMax: ROWS_MAX,
    })
    this.#after = next
    return isDone ? SWEEP_EVERY_MS : batchPause(clock.monotonic() - startedAt)
  }
}
