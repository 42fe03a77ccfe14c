// Owns a short memory of API keys, so that a request does not read the store for its key.
// Must never remember a key for longer than KEY_AGE_MS_MAX, nor that a key does not exist.
import { LRUCache } from 'lru-cache'
import type { Clock } from '../platform/clock.ts'
import type { ApiKeyRow, Storage } from '../storage/storage.ts'

/** A key that another node revoked is refused here after this time at the latest. */
const KEY_AGE_MS_MAX = 10_000
const KEYS_MAX = 10_000

interface Remembered {
  readonly row: ApiKeyRow
  readonly readAt: number
}

export class ApiKeyCache {
  readonly #storage: Pick<Storage, 'findApiKey'>
  readonly #clock: Clock
  readonly #keys = new LRUCache<string, Remembered>({ max: KEYS_MAX })
  #generation = 0

  constructor({ storage, clock }: { storage: Pick<Storage, 'findApiKey'>; clock: Clock }) {
    this.#storage = storage
    this.#clock = clock
  }

  /** The key with this SHA-256 in hex, unless it is unknown or revoked. */
  async find(hash: string): Promise<ApiKeyRow | undefined> {
    const remembered = this.#keys.get(hash)
    if (remembered !== undefined && this.#clock.monotonic() - remembered.readAt < KEY_AGE_MS_MAX) return remembered.row
    const generation = this.#generation
    const readAt = this.#clock.monotonic()
    const row = await this.#storage.findApiKey(hash)
    if (row === undefined || row.revokedAt !== null) return undefined
    // A key that was revoked while it was being read must not be remembered as good.
    if (generation === this.#generation) this.#keys.set(hash, { row, readAt })
    return row
  }

  /** To be called after a key was revoked. */
  forget(): void {
    this.#generation++
    this.#keys.clear()
  }
}
