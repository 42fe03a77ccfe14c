// Owns the two ways in which events leave: pruned by age, erased by call. One door for the engine.
import type { Metrics } from '../metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { ErasedRows, RemovedRows, Storage } from '../storage/storage.ts'
import type { EngineLog } from './engine-log.ts'
import { Eraser } from './eraser.ts'
import type { OnFault } from './loop.ts'
import { Pruner } from './pruner.ts'

export interface RemovalsDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents' | 'newestTrace' | 'eraseCall' | 'truncateLog'>
  readonly metrics: Pick<Metrics, 'pruned'>
  readonly log: Pick<EngineLog, 'swept' | 'heldBack'>
  readonly onFault: OnFault
}

export class Removals {
  readonly #eraser: Eraser
  readonly #pruner: Pruner | undefined

  /** @param retentionDays see EngineOptions; undefined: nothing is pruned */
  constructor(dependencies: RemovalsDependencies, retentionDays: number | undefined) {
    const { log, metrics } = dependencies
    const onPruned = (removed: RemovedRows) => metrics.pruned(removed)
    this.#eraser = new Eraser(dependencies)
    this.#pruner =
      retentionDays === undefined
        ? undefined
        : new Pruner({ ...dependencies, onPruned, onSwept: log.swept, onHeldBack: log.heldBack, retentionDays })
  }

  start(): void {
    this.#pruner?.start()
    this.#eraser.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pruner?.stop(), this.#eraser.stop()])
  }

  /** See EngineApi.eraseCall. */
  erase(workspaceId: string, callId: string): Promise<ErasedRows> {
    return this.#eraser.erase(workspaceId, callId)
  }

  /** See Eraser.noteErased. */
  noteErased(deliveryIds: readonly string[]): void {
    this.#eraser.noteErased(deliveryIds)
  }

  /** See Eraser.takeErased. */
  takeErased(deliveryId: string): boolean {
    return this.#eraser.takeErased(deliveryId)
  }
}
