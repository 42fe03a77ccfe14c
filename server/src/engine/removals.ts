// Owns the ways in which rows leave: events pruned by age or erased by call, the audit log pruned. One door for the engine.
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { ErasedRows, RemovedRows, Storage } from '../storage/storage.ts'
import { AuditPruner, type AuditRetention } from './audit-pruner.ts'
import type { EngineLog } from './engine-log.ts'
import { Eraser } from './eraser.ts'
import type { ErasedDeliveries } from './held-delivery.ts'
import type { OnFault } from './loop.ts'
import { Pruner } from './pruner.ts'
import { TrustedClock } from './trusted-clock.ts'

const DAY_MS = 24 * 3_600_000
/** Of an instance that keeps everything for ever, where workspaces have retentions of their own. */
const IDLE_DAYS_DEFAULT = 30

export interface RemovalsDependencies {
  readonly clock: Clock
  readonly storage: Pick<
    Storage,
    'pruneEvents' | 'pruneStatistics' | 'pruneAuditEntries' | 'newestTrace' | 'eraseCall' | 'truncateLog'
  >
  readonly metrics: Pick<Metrics, 'pruned'>
  readonly log: Pick<EngineLog, 'swept' | 'heldBack'>
  readonly erased: Pick<ErasedDeliveries, 'note'>
  readonly onFault: OnFault
  /** See EraserDependencies. */
  readonly onUnknown: () => void
}

export interface RetentionOptions {
  /** Days that events are kept where a workspace does not say otherwise; 0: for ever. Absent: nothing is pruned. */
  readonly retentionDays?: number
  /** Absent: no entry is pruned. */
  readonly auditRetention?: AuditRetention
}

export class Removals {
  readonly #eraser: Eraser
  readonly #trusted: TrustedClock
  readonly #pruner: Pruner | undefined = undefined
  readonly #auditPruner: AuditPruner | undefined = undefined

  /** @param retention see EngineOptions; undefined: nothing is pruned */
  constructor(dependencies: RemovalsDependencies, { retentionDays, auditRetention }: RetentionOptions) {
    const { clock, storage, log, metrics } = dependencies
    const idleDays = retentionDays || IDLE_DAYS_DEFAULT
    this.#trusted = new TrustedClock({ clock, storage, idleMsMax: idleDays * DAY_MS })
    const common = { ...dependencies, trusted: this.#trusted }
    const onPruned = (removed: RemovedRows) => metrics.pruned(removed)
    this.#eraser = new Eraser(dependencies)
    if (retentionDays !== undefined)
      this.#pruner = new Pruner({
        ...common,
        onPruned,
        onSwept: log.swept,
        onHeldBack: log.heldBack,
        retentionDays,
      })
    if (auditRetention !== undefined) this.#auditPruner = new AuditPruner({ ...common, retention: auditRetention })
  }

  start(): void {
    this.#pruner?.start()
    this.#auditPruner?.start()
    this.#eraser.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pruner?.stop(), this.#auditPruner?.stop(), this.#eraser.stop()])
  }

  /** See TrustedClock.noteWritten. */
  noteWritten(at: number): void {
    this.#trusted.noteWritten(at)
  }

  /** See EngineApi.eraseCall. */
  erase(workspaceId: string, callId: string): Promise<ErasedRows> {
    return this.#eraser.erase(workspaceId, callId)
  }

  /** See Eraser.truncateSoon. */
  truncateSoon(): void {
    this.#eraser.truncateSoon()
  }
}
