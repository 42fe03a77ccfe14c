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
import type { TrustedClock } from './trusted-clock.ts'

export interface RemovalsDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents' | 'pruneStatistics' | 'pruneAuditEntries' | 'eraseCall' | 'truncateLog'>
  readonly trusted: Pick<TrustedClock, 'begin' | 'now'>
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
  readonly #pruner: Pruner | undefined = undefined
  readonly #auditPruner: AuditPruner | undefined = undefined

  /** @param retention see EngineOptions; undefined: nothing is pruned */
  constructor(dependencies: RemovalsDependencies, { retentionDays, auditRetention }: RetentionOptions) {
    const { log, metrics } = dependencies
    const onPruned = (removed: RemovedRows) => metrics.pruned(removed)
    this.#eraser = new Eraser(dependencies)
    if (retentionDays !== undefined)
      this.#pruner = new Pruner({
        ...dependencies,
        onPruned,
        onSwept: log.swept,
        onHeldBack: log.heldBack,
        retentionDays,
      })
    if (auditRetention !== undefined)
      this.#auditPruner = new AuditPruner({ ...dependencies, retention: auditRetention })
  }

  start(): void {
    this.#pruner?.start()
    this.#auditPruner?.start()
    this.#eraser.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pruner?.stop(), this.#auditPruner?.stop(), this.#eraser.stop()])
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
