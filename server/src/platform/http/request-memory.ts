// Owns the memory that requests are written from, for those too large for Node's own pool.
// Must never give a block to a request while another may still be read from it.

/** Below it, Buffer.allocUnsafe cuts from a pool. */
const POOLED_BYTES_MAX = 4096
const BLOCK_BYTES = 32 * 1024
/** 4 MiB: what two ticks begin. More are in use only while more requests are being written at once. */
const FREE_MAX = 128

/**
 * A new block for each request of 16 KiB costs half as much again as the request, most of it on other threads: pages, collector
 * (docs/performance.md).
 */
export class RequestMemory {
  readonly #free: Buffer[] = []

  /** So many bytes, with anything in them. */
  take(bytes: number): Buffer {
    if (bytes <= POOLED_BYTES_MAX || bytes > BLOCK_BYTES) return Buffer.allocUnsafe(bytes)
    return (this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)).subarray(0, bytes)
  }

  /** What a socket is to call once it has written these bytes, if anything: a callback costs a tick of its own. */
  whenWritten(bytes: Uint8Array): ((error?: Error | null) => void) | undefined {
    const { buffer } = bytes
    if (bytes.length <= POOLED_BYTES_MAX || !(buffer instanceof ArrayBuffer) || buffer.byteLength !== BLOCK_BYTES) {
      return undefined
    }
    return (error) => {
      // After an error nobody can say who still reads it.
      const isFree = error === null || error === undefined
      if (isFree && this.#free.length < FREE_MAX) this.#free.push(Buffer.from(buffer))
    }
  }
}
