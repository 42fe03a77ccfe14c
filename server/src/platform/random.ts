// Owns chance: the only place that draws random bits. The simulator has its own twin.
import { randomBytes, randomFillSync } from 'node:crypto'

export interface Random {
  /** A UUID of version 7 (RFC 9562 §5.7): sorts by time, and within one millisecond by the order of the calls. */
  uuid(nowMs: number): string
  /** The same with a time and a counter of 12 bits that are the caller's own. */
  uuidOf(ms: number, counter: number): string
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

  uuidOf(ms: number, counter: number): string {
    return formatUuidV7(ms, counter, this.#take(8))
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

const HEX = Buffer.from('0123456789abcdef', 'latin1')
/** Written over for each id: one flat string is made of it, where joining pieces costs nearly three times as much. */
const text = Buffer.from('00000000-0000-7000-8000-000000000000', 'latin1')
/** The milliseconds whose digits stand in `text`. */
let writtenMs = 0

/**
 * @param ms 48 bits of milliseconds
 * @param counter 12 bits that keep the order within a millisecond (RFC 9562 §6.2, method 1)
 * @param random 8 bytes, of which 62 bits are used
 */
export function formatUuidV7(ms: number, counter: number, random: Uint8Array): string {
  if (ms !== writtenMs) writeTime(ms)
  writeHex(0x70 | (counter >> 8), 14)
  writeHex(counter, 16)
  writeHex((byteAt(random, 0) & 0x3f) | 0x80, 19)
  writeHex(byteAt(random, 1), 21)
  for (let index = 2; index < 8; index++) writeHex(byteAt(random, index), 20 + 2 * index)
  return text.toString('latin1')
}

function writeTime(ms: number): void {
  const digits = ms.toString(16).padStart(12, '0')
  text.write(digits.slice(0, 8), 0, 'latin1')
  text.write(digits.slice(8), 9, 'latin1')
  writtenMs = ms
}

/** The two digits of the lowest byte. */
function writeHex(byte: number, at: number): void {
  text[at] = byteAt(HEX, (byte >> 4) & 15)
  text[at + 1] = byteAt(HEX, byte & 15)
}

/** @param index within the bytes, which the compiler does not know */
function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] as number
}
