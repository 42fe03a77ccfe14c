// Owns the sources that were asked for a moment ago, by their tokens.
// Must never keep one for longer than a second: a secret that was replaced on another node is refused there by then.
import type { Clock } from '../platform/clock.ts'
import { LruMap } from '../platform/lru-map.ts'
import type { SourceRow, Storage } from '../storage/storage.ts'
import { workspaceOfToken } from './source-token.ts'

const KEPT_MS = 1000
const SOURCES_MAX = 2000

interface Kept {
  readonly row: Promise<SourceRow | undefined>
  readonly until: number
}

export class SourceBook {
  readonly #storage: Pick<Storage, 'findSourceByToken'>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #kept = new LruMap<Kept>(SOURCES_MAX)

  constructor({ storage, clock }: { storage: Pick<Storage, 'findSourceByToken'>; clock: Pick<Clock, 'monotonic'> }) {
    this.#storage = storage
    this.#clock = clock
  }

  /** undefined: there is no such source. */
  find(token: string): Promise<SourceRow | undefined> {
    const workspaceId = workspaceOfToken(token)
    if (workspaceId === undefined) return Promise.resolve(undefined)
    const now = this.#clock.monotonic()
    const kept = this.#kept.get(token)
    if (kept !== undefined && kept.until > now) return kept.row
    const row = this.#storage.findSourceByToken(workspaceId, token)
    this.#kept.set(token, { row, until: now + KEPT_MS })
    // What is not there, or could not be read, is asked for again.
    row.then(
      (found) => found === undefined && this.#kept.delete(token),
      () => this.#kept.delete(token),
    )
    return row
  }

  /** To be called after a source was changed or deleted here. */
  forgetAll(): void {
    this.#kept.clear()
  }
}
