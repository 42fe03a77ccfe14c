// Owns the bytes of messages to PostgreSQL while they are written: numbers are big-endian, and what a text takes is known only
// afterwards. Must never be read by anyone while it may still be written over.

/** Of a length, and what stands there for NULL. */
export const LENGTH_BYTES = 4
export const NULL_LENGTH = -1

const BYTES_KEPT = 1 << 20
const UTF8_BYTES_MAX = 3
const TWO_TO_32 = 2 ** 32

export class MessageBuffer {
  /** How much is written. May be set back. */
  length = 0
  #bytes = Buffer.allocUnsafe(BYTES_KEPT)
  #view = viewOf(this.#bytes)

  int16(value: number): void {
    this.#view.setInt16(this.#next(2), value)
  }

  int32(value: number): void {
    this.#view.setInt32(this.#next(4), value)
  }

  /** @param value a whole number, less than 2^53 */
  int64(value: number): void {
    const at = this.#next(8)
    // Two halves: a BigInt for each number would be garbage.
    this.#view.setInt32(at, Math.floor(value / TWO_TO_32))
    this.#view.setUint32(at + 4, value >>> 0)
  }

  bigint64(value: bigint): void {
    this.#view.setBigInt64(this.#next(8), value)
  }

  float64(value: number): void {
    this.#view.setFloat64(this.#next(8), value)
  }

  byte(value: number): void {
    this.#view.setUint8(this.#next(1), value)
  }

  /** Returns how many bytes it took. */
  text(value: string): number {
    const at = this.length
    this.#reserve(value.length * UTF8_BYTES_MAX)
    const bytes = this.#bytes.write(value, at, 'utf8')
    this.length = at + bytes
    return bytes
  }

  /** Writes over what is there. */
  setInt32(at: number, value: number): void {
    this.#view.setInt32(at, value)
  }

  /** A copy of what is written. Whatever was there before, left by who threw, is not in it. */
  written(write: () => void): Buffer {
    this.length = 0
    write()
    const taken = Buffer.from(this.#bytes.subarray(0, this.length))
    this.length = 0
    if (this.#bytes.length > BYTES_KEPT) this.#grow(BYTES_KEPT)
    return taken
  }

  #next(bytes: number): number {
    const at = this.length
    this.#reserve(bytes)
    this.length = at + bytes
    return at
  }

  #reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed > this.#bytes.length) this.#grow(Math.max(needed, 2 * this.#bytes.length))
  }

  #grow(size: number): void {
    const bytes = Buffer.allocUnsafe(size)
    this.#bytes.copy(bytes, 0, 0, this.length)
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}
