// Owns the ids of handled events in the memory of one process, bounded in time and number.
// Must never be the only guard where several processes receive, or where a restart must not repeat work.
import { checkedNumber } from '../checked-number.ts'
import { now } from '../runtime.ts'
import type { OnceStore } from './once.ts'

export interface MemoryStoreOptions {
  /** How long a handled id is remembered: a finite number. Default 96 h: the service retries for about 75. */
  readonly ttlMs?: number
  /** How many handled ids are remembered; the oldest are forgotten first. Default 100 000. */
  readonly idsMax?: number
  /** After how long a reservation lapses. Default 5 min. */
  readonly reservationMs?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const HOUR_MS = 3_600_000

export class MemoryStore implements OnceStore {
  readonly #options: Required<MemoryStoreOptions>
  /** id → when it is forgotten. In the order of completion, which is that of forgetting. */
  readonly #done = new Map<string, number>()
  /** id → when the reservation lapses. As many as events are being worked on. */
  readonly #reserved = new Map<string, number>()

  /** Throws a `TypeError` that names a wrong option: with a limit of NaN no id would be remembered. */
  constructor(options: MemoryStoreOptions = {}) {
    this.#options = {
      ttlMs: checkedNumber('ttlMs', options.ttlMs, { default: 96 * HOUR_MS, min: 1 }),
      idsMax: checkedNumber('idsMax', options.idsMax, { default: 100_000, min: 1 }),
      reservationMs: checkedNumber('reservationMs', options.reservationMs, { default: 300_000, min: 1 }),
      now: options.now ?? now,
    }
  }

  async reserve(id: string): Promise<'free' | 'reserved' | 'done'> {
    const time = this.#options.now()
    if ((this.#done.get(id) ?? 0) > time) return 'done'
    if ((this.#reserved.get(id) ?? 0) > time) return 'reserved'
    this.#reserved.set(id, time + this.#options.reservationMs)
    return 'free'
  }

  async complete(id: string): Promise<void> {
    const time = this.#options.now()
    this.#reserved.delete(id)
    this.#done.delete(id) // so that it goes to the end
    this.#done.set(id, time + this.#options.ttlMs)
    for (const [oldest, forgottenAt] of this.#done) {
      if (forgottenAt > time && this.#done.size <= this.#options.idsMax) break
      this.#done.delete(oldest)
    }
  }

  async release(id: string): Promise<void> {
    this.#reserved.delete(id)
  }
}
