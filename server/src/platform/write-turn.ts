// Owns the moment at which requests are written: all of one turn of the event loop together, at its end.
// Must never hold a request back longer: the turn ends as soon as nothing else is ready.

/**
 * A write wakes the receiver. Written one by one, between other work, requests meet a receiver that has fallen asleep
 * after each, and their answers come one by one: 17 µs of CPU a request at a receiver instead of 13, and 49 µs here
 * instead of 44 (2 cores, receiver on them).
 */
export class WriteTurn {
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
