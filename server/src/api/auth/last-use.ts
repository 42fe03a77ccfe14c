// Owns when each API key, or each session, was last used, written to the store in batches and at most once a minute for each.
// Must never fail a request: a use that cannot be written is logged and noted again with the next one.
import type { Logger } from 'pino'
import type { Cancel, Clock } from '../../platform/clock.ts'
import { LruMap } from '../../platform/lru-map.ts'

const USE_INTERVAL_MS = 60_000
const WRITE_DELAY_MS = 1_000

export interface LastUseDependencies {
  readonly clock: Clock
  readonly log: Logger
  /** By id, when it was used, in milliseconds. */
  readonly write: (uses: ReadonlyMap<string, number>) => Promise<void>
}

export class LastUse {
  readonly #dependencies: LastUseDependencies
  readonly #notedAt = new LruMap<number>(10_000)
  #waiting = new Map<string, number>()
  #cancel: Cancel | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(dependencies: LastUseDependencies) {
    this.#dependencies = dependencies
  }

  note(id: string): void {
    const { clock } = this.#dependencies
    const now = clock.now()
    if (Math.abs(now - (this.#notedAt.get(id) ?? Number.NEGATIVE_INFINITY)) < USE_INTERVAL_MS) return
    this.#notedAt.set(id, now)
    this.#waiting.set(id, now)
    this.#cancel ??= clock.schedule(() => {
      this.#writing = this.#write()
    }, WRITE_DELAY_MS)
  }

  /** Writes what is waiting. */
  async stop(): Promise<void> {
    this.#cancel?.()
    await this.#writing
    await this.#write()
  }

  async #write(): Promise<void> {
    this.#cancel = undefined
    const uses = this.#waiting
    this.#waiting = new Map()
    if (uses.size === 0) return
    const { write, log } = this.#dependencies
    try {
      await write(uses)
    } catch (error) {
      log.warn({ err: error, uses: uses.size }, 'the last use of keys or sessions could not be written')
      for (const id of uses.keys()) this.#notedAt.delete(id)
    }
  }
}
