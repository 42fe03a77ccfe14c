// Owns the memory of responses: a bound on what all that are under way hold together, beside a small allowance of each, and the bytes
// that are kept of one, in one buffer that grows, however small the pieces are in which they arrive.
// Must never hold more than it is told, nor more than an allowance without asking the bound, nor release there what was not taken.
import assert from 'node:assert/strict'

/** For one sending thread: a thousand bodies of which everything is kept. */
export const RESPONSE_MEMORY_BYTES_MAX = 16 * 1024 * 1024

export class ResponseMemory {
  readonly #bytesMax: number
  #bytesTaken = 0

  constructor(bytesMax = RESPONSE_MEMORY_BYTES_MAX) {
    this.#bytesMax = bytesMax
  }

  get bytesTaken(): number {
    return this.#bytesTaken
  }

  /** Takes so many bytes, or none and says false: whoever asks then keeps less. */
  take(bytes: number): boolean {
    if (this.#bytesTaken + bytes > this.#bytesMax) return false
    this.#bytesTaken += bytes
    return true
  }

  give(bytes: number): void {
    this.#bytesTaken -= bytes
    assert(this.#bytesTaken >= 0, 'no more is released than was taken')
  }
}

interface KeptBytesOptions {
  readonly memory: ResponseMemory
  /** So many are kept whatever other responses hold. */
  readonly allowanceBytes: number
  readonly bytesMax: number
}

const FIRST_BYTES = 1024
/** Each buffer is so many times as large as the one before: a byte is copied once or twice, whatever the pieces. */
const GROWTH = 4
/** A view of each piece costs more than copying it when the pieces are of one byte, and leaves garbage. */
const COPIED_ONE_BY_ONE_MAX = 16
const NOTHING = Buffer.alloc(0)

export class KeptBytes {
  readonly #options: KeptBytesOptions
  #buffer: Buffer = NOTHING
  #length = 0
  #bytesTaken = 0
  #isFull = false

  constructor(options: KeptBytesOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#length
  }

  /**
   * Copies as many of the bytes from `start` up to `end` as may be kept, from the first on, and returns how many those are.
   * Once some were left out nothing more is kept: what is kept is a beginning, without gaps.
   */
  append(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (this.#isFull) return 0
    const wanted = Math.min(this.#length + end - start, this.#options.bytesMax)
    if (wanted > this.#buffer.length) this.#grow(wanted)
    const count = Math.min(end - start, this.#buffer.length - this.#length)
    if (count > COPIED_ONE_BY_ONE_MAX) this.#buffer.set(bytes.subarray(start, start + count), this.#length)
    else for (let at = 0; at < count; at++) this.#buffer[this.#length + at] = bytes[start + at] as number // below the end
    this.#length += count
    this.#isFull = count < end - start
    return count
  }

  /** What is kept. Not a copy: it is valid until more is appended. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  /** Forgets the bytes and gives the memory back. Tolerates being called twice. */
  release(): void {
    this.#buffer = NOTHING
    this.#length = 0
    this.#options.memory.give(this.#bytesTaken)
    this.#bytesTaken = 0
  }

  #grow(wanted: number): void {
    const { allowanceBytes, bytesMax } = this.#options
    const size = Math.min(Math.max(wanted, this.#buffer.length * GROWTH, FIRST_BYTES), bytesMax)
    if (this.#resize(size) || this.#resize(wanted)) return
    this.#resize(Math.min(allowanceBytes, bytesMax))
  }

  /** False: the memory of all responses is used up. */
  #resize(size: number): boolean {
    if (size <= this.#buffer.length) return true
    const { memory, allowanceBytes } = this.#options
    const more = Math.max(size - allowanceBytes, 0) - this.#bytesTaken
    if (more > 0 && !memory.take(more)) return false
    this.#bytesTaken += Math.max(more, 0)
    // Not from Node's pool: a small piece that stays would keep 64 KiB of it.
    const larger = Buffer.allocUnsafeSlow(size)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
    return true
  }
}
