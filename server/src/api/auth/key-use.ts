// Owns when each API key was last used, written to the store in batches and at most once a minute for a key.
// Must never fail a request: a use that cannot be written is logged and noted again with the next one.
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Storage } from '../../storage/storage.ts'

const USE_INTERVAL_MS = 60_000
const WRITE_DELAY_MS = 1_000

export class KeyUse {
  readonly #storage: Pick<Storage, 'noteKeyUse'>
  readonly #clock: Clock
  readonly #log: Logger
  readonly #notedAt = new LRUCache<string, number>({ max: 10_000 })
  #waiting = new Map<string, number>()
  #cancel: Cancel | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor({ storage, clock, log }: { storage: Pick<Storage, 'noteKeyUse'>; clock: Clock; log: Logger }) {
    this.#storage = storage
    this.#clock = clock
    this.#log = log
  }

  note(keyId: string): void {
    const now = this.#clock.now()
    if (Math.abs(now - (this.#notedAt.get(keyId) ?? Number.NEGATIVE_INFINITY)) < USE_INTERVAL_MS) return
    this.#notedAt.set(keyId, now)
    this.#waiting.set(keyId, now)
    this.#cancel ??= this.#clock.schedule(() => {
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
    try {
      await this.#storage.noteKeyUse(uses)
    } catch (error) {
      this.#log.warn({ err: error, keys: uses.size }, 'the last use of API keys could not be written')
      for (const keyId of uses.keys()) this.#notedAt.delete(keyId)
    }
  }
}
