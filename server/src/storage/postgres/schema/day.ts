// Owns the day that a row lies in: its partition. The id of a delivery tells it, so that a lookup by id reads one partition.
import type { Random } from '../../../platform/random.ts'

export const DAY_MS = 24 * 3600 * 1000

/**
 * Where an event lies that came from SQLite with deliveries whose ids tell different days: a replay had made some of them
 * later. Who looks for a delivery by its id looks here too; no event is ever accepted into this day.
 */
export const MOVED_DAY = -1

/** Days since 1970, UTC. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS)
}

/** The day of a delivery by its id (UUIDv7: 48 bits of milliseconds first). Any other UUID gives a day without rows. */
export function dayOfDelivery(id: string): number {
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  return Number.isNaN(ms) ? -1 : dayOf(ms)
}

/**
 * Ids of deliveries. Unlike the ids of everything else they carry exactly the time that is given, never a later one: a
 * delivery lies in the partition of its event, also when a replay makes it weeks later (docs/decisions/0016-postgresql.md).
 */
export class DeliveryIds {
  readonly #random: Random
  #counter = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** @param ms a time on the day of the event */
  next(ms: number): string {
    this.#counter = (this.#counter + 1) & 0x0fff
    return this.#random.uuidOf(ms, this.#counter)
  }
}
