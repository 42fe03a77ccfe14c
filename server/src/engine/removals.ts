// Owns the two ways in which events leave: pruned by age, erased by call. One door for the engine.
import type { Clock } from '../platform/clock.ts'
import type { RemovedRows, Storage } from '../storage/storage.ts'
import { Eraser } from './eraser.ts'
import type { OnFault } from './loop.ts'
import { Pruner } from './pruner.ts'

export interface RemovalsDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'pruneEvents' | 'eraseCall' | 'truncateLog'>
  readonly onPruned: (removed: RemovedRows) => void
  /** A sweep over all workspaces is over; with what it removed. */
  readonly onSwept: (removed: RemovedRows) => void
  readonly onFault: OnFault
}

export class Removals {
  readonly #eraser: Eraser
  readonly #pruner: Pruner | undefined

  /** @param retentionDays see EngineOptions; undefined: nothing is pruned */
  constructor(dependencies: RemovalsDependencies, retentionDays: number | undefined) {
    this.#eraser = new Eraser(dependencies)
    this.#pruner = retentionDays === undefined ? undefined : new Pruner({ ...dependencies, retentionDays })
  }

  start(): void {
    this.#pruner?.start()
    this.#eraser.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pruner?.stop(), this.#eraser.stop()])
  }

  /** See EngineApi.eraseCall. */
  erase(workspaceId: string, callId: string): Promise<RemovedRows> {
    return this.#eraser.erase(workspaceId, callId)
  }

  /** See Eraser.takeErased. */
  takeErased(deliveryId: string): boolean {
    return this.#eraser.takeErased(deliveryId)
  }
}
