// Owns chance: the only place that draws random bits. The simulator has its own twin.
import { randomBytes, randomFillSync } from 'node:crypto'

export interface Random {
  /** A UUID of version 7 (RFC 9562 §5.7): sorts by time, and within one millisecond by the order of the calls. */
  uuid(nowMs: number): string
  /** From 0 up to, but without, 1. Not for secrets. */
  fraction(): number
  /** Fit for secrets. */
  bytes(count: number): Uint8Array
}

const POOL_BYTES = 8192

export class SystemRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_BYTES)
  #used = POOL_BYTES
  #lastMs = 0
  #counter = 0

  uuid(nowMs: number): string {
    const random = this.#take(8)
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs
      // Starts in the lower half, so that 2048 more fit before the millisecond is borrowed from the next.
      this.#counter = random.readUInt16BE(6) & 0x07ff
    } else if (++this.#counter > 0x0fff) {
      this.#lastMs++
      this.#counter = 0
    }
    return formatUuidV7(this.#lastMs, this.#counter, random)
  }

  fraction(): number {
    return Math.random()
  }

  bytes(count: number): Uint8Array {
    return randomBytes(count)
  }

  #take(count: number): Buffer {
    if (this.#used + count > POOL_BYTES) {
      randomFillSync(this.#pool)
      this.#used = 0
    }
    this.#used += count
    return this.#pool.subarray(this.#used - count, this.#used)
  }
}

/**
 * @param ms 48 bits of milliseconds
 * @param counter 12 bits that keep the order within a millisecond (RFC 9562 §6.2, method 1)
 * @param random 8 bytes, of which 62 bits are used
 */
export function formatUuidV7(ms: number, counter: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0')
  const sequence = (0x7000 | counter).toString(16)
  const tail = Buffer.from(random.buffer, random.byteOffset, 8).toString('hex')
  const variant = ((Number.parseInt(tail.charAt(0), 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${sequence}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`
}
