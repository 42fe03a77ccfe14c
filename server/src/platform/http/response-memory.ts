// Owns the bound on what all responses under way hold together. Each has a small allowance of its own outside it.
// Must never be asked twice for the same bytes, nor asked to release what was not taken.
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
