// Owns the moment at which requests are written: all of one tick together, at its end.
// Must never hold a request back longer: the tick ends as soon as nothing else is ready.

/**
 * A write wakes the receiver. Written one by one, between other work, requests meet a receiver that has fallen asleep
 * after each, and their responses come one by one, which costs both sides (docs/performance.md).
 */
export class TickWrites {
  #writes: (() => void)[] = []

  add(write: () => void): void {
    if (this.#writes.push(write) === 1) setImmediate(() => this.#end())
  }

  #end(): void {
    const writes = this.#writes
    this.#writes = []
    for (const write of writes) write()
  }
}
