// Owns noticing that another process has written to the database file, such as a command that revokes a key: whoever keeps a copy of
// what is configured is told. On PostgreSQL the database tells.
import { Loop } from './engine/loop.ts'
import type { Clock } from './platform/clock.ts'
import type { ChangeFeed, ConfigurationChange, Storage } from './storage/storage.ts'

export interface OtherWritersDependencies {
  readonly clock: Clock
  readonly storage: Pick<Storage, 'writesOfOthers'>
  readonly log: { error(fields: object, message: string): void }
}

/** A key that was revoked works for no longer. */
const LOOK_EVERY_MS = 500

export class OtherWriters implements ChangeFeed {
  readonly #dependencies: OtherWritersDependencies
  readonly #loop: Loop
  readonly #listeners: ((change: ConfigurationChange) => void)[] = []
  #seen: number | undefined

  constructor(dependencies: OtherWritersDependencies) {
    const { clock, log } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({
      name: 'other writers',
      clock,
      runOnce: () => this.runOnce(),
      onFault: (error) => log.error({ err: error }, 'it could not be found out whether another process has written'),
    })
  }

  subscribe(listener: (change: ConfigurationChange) => void): void {
    this.#listeners.push(listener)
  }

  start(): void {
    this.#loop.start()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Returns the milliseconds until it looks again. */
  async runOnce(): Promise<number> {
    const writes = await this.#dependencies.storage.writesOfOthers()
    if (this.#seen !== undefined && writes !== this.#seen)
      for (const listener of this.#listeners) listener({ kind: 'any' })
    this.#seen = writes
    return LOOK_EVERY_MS
  }
}
