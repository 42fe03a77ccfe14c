// Owns saying in the database which key this process seals with, for as long as it runs: one that was started with the key
// before would else seal with it after that was retired, unseen.
import { Loop, type OnFault } from '../engine/loop.ts'
import type { Clock } from '../platform/clock.ts'
import type { KeyCheck, SealedStorage } from '../storage/storage.ts'

export interface KeyInUseDependencies {
  readonly clock: Clock
  readonly storage: Pick<SealedStorage, 'listKeyChecks' | 'saveKeyCheck'>
  readonly check: KeyCheck
  readonly onRetired: () => void
  readonly onFault: OnFault
}

const EVERY_MS = 30_000

export class KeyInUse {
  readonly #dependencies: KeyInUseDependencies
  readonly #loop: Loop

  constructor(dependencies: KeyInUseDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'key-in-use', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Returns the milliseconds until it looks again. */
  async runOnce(): Promise<number> {
    const { storage, check, onRetired } = this.#dependencies
    const checks = await storage.listKeyChecks()
    if (!checks.some(({ keyId }) => keyId === check.keyId)) {
      await storage.saveKeyCheck(check)
      onRetired()
    }
    return EVERY_MS
  }
}
