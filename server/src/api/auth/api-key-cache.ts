// Owns a short memory of API keys, so that a request does not read the store for its key.
// Must never remember a key for longer than the feed of changes allows, nor that a key does not exist.
import type { Scope } from '@timbre/contract/api-key.ts'
import type { Clock } from '../../platform/clock.ts'
import { LruMap } from '../../platform/lru-map.ts'
import { type ChangeFeed, copyAgeMsMax, type Storage } from '../../storage/storage.ts'

const KEYS_MAX = 10_000

export interface ApiKeyCacheDependencies {
  readonly storage: Pick<Storage, 'findApiKey'>
  readonly clock: Clock
  readonly changes: ChangeFeed
}

export interface KnownKey {
  readonly id: string
  readonly workspaceId: string
  readonly scopes: ReadonlySet<Scope>
}

interface Remembered {
  readonly key: KnownKey
  readonly readAt: number
}

export class ApiKeyCache {
  readonly #storage: Pick<Storage, 'findApiKey'>
  readonly #clock: Clock
  readonly #changes: ChangeFeed
  readonly #keys = new LruMap<Remembered>(KEYS_MAX)
  #generation = 0

  constructor({ storage, clock, changes }: ApiKeyCacheDependencies) {
    this.#storage = storage
    this.#clock = clock
    this.#changes = changes
    changes.subscribe((change) => {
      if (change.kind === 'api_key') this.forget(change.id)
      else if (change.kind === 'any') this.#forgetAll()
    })
  }

  /** What is known at once of the key with this SHA-256 in hex. */
  findKnown(hash: string): KnownKey | undefined {
    const remembered = this.#keys.get(hash)
    return remembered !== undefined && this.#clock.monotonic() - remembered.readAt < copyAgeMsMax(this.#changes)
      ? remembered.key
      : undefined
  }

  /** Reads the key with this SHA-256 in hex; undefined when it is unknown or revoked. */
  async find(hash: string): Promise<KnownKey | undefined> {
    const generation = this.#generation
    const readAt = this.#clock.monotonic()
    const row = await this.#storage.findApiKey(hash)
    if (row === undefined || row.revokedAt !== null) return undefined
    const key = { id: row.id, workspaceId: row.workspaceId, scopes: new Set<Scope>(row.scopes) }
    // A key that was revoked while it was being read must not be remembered as good.
    if (generation === this.#generation) this.#keys.set(hash, { key, readAt })
    return key
  }

  /** To be called after a key was revoked. */
  forget(id: string): void {
    this.#generation++
    for (const [hash, { key }] of this.#keys) if (key.id === id) this.#keys.delete(hash)
  }

  #forgetAll(): void {
    this.#generation++
    this.#keys.clear()
  }
}
