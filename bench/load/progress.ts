// Owns the count of what the receiver got, in a file that the other processes read: a few microseconds instead of a message.
// Must never be read as something durable.
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'

export class Progress {
  readonly #descriptor: number
  readonly #bytes = Buffer.alloc(8)

  constructor(file: string) {
    this.#descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  write(count: number): void {
    this.#bytes.writeDoubleLE(count)
    writeSync(this.#descriptor, this.#bytes, 0, 8, 0)
  }

  read(): number {
    return readSync(this.#descriptor, this.#bytes, 0, 8, 0) === 8 ? this.#bytes.readDoubleLE() : 0
  }
}
