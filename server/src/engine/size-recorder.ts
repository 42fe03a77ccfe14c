// Owns keeping how large the storage was, hour by hour, so that an operator sees how fast it grows.
import type { Clock } from '../platform/clock.ts'
import type { Storage } from '../storage/storage.ts'
import { Loop, type OnFault } from './loop.ts'

export interface SizeRecorderDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'noteStorageSize'>
  readonly onFault: OnFault
}

/** Of the same hour only the first is kept. */
const INTERVAL_MS = 15 * 60_000

export class SizeRecorder {
  readonly #dependencies: SizeRecorderDependencies
  readonly #loop: Loop

  constructor(dependencies: SizeRecorderDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ clock, onFault, name: 'size-recorder', runOnce: () => this.runOnce() })
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Returns the milliseconds until the next. */
  async runOnce(): Promise<number> {
    const { clock, storage } = this.#dependencies
    await storage.noteStorageSize(clock.now())
    return INTERVAL_MS
  }
}
