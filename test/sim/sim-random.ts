// Owns the random source of the simulated process: the same interface, from the seed.
import { formatUuidV7, type Random } from '@timbre/server/platform/random.ts'
import type { Prng } from './prng.ts'

export class SimRandom implements Random {
  readonly #prng: Prng
  #lastMs = 0
  #counter = 0

  constructor(prng: Prng) {
    this.#prng = prng
  }

  uuid(nowMs: number): string {
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs
      this.#counter = 0
    } else if (++this.#counter > 0x0fff) {
      this.#lastMs++
      this.#counter = 0
    }
    return this.uuidOf(this.#lastMs, this.#counter)
  }

  uuidOf(ms: number, counter: number): string {
    return formatUuidV7(ms, counter, this.bytes(8))
  }

  fraction(): number {
    return this.#prng.fraction()
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.#prng.uint32() & 0xff)
  }
}
