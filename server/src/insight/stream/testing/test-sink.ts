// Owns a connection for tests of streams, whose other end takes what it is told to.
// Must never be imported by anything but tests.
import assert from 'node:assert/strict'
import type { StreamSink } from '../stream-sink.ts'

/** As a response has it: only from there on is a writer to wait. */
const HIGH_WATER_BYTES = 16 * 1024

export class TestSink implements StreamSink {
  readonly taken: string[] = []
  readonly #pending: string[] = []
  readonly #onClose: (() => void)[] = []
  readonly #onDrain: (() => void)[] = []
  lastWords: string | undefined
  mostPendingBytes = 0

  get pendingBytes(): number {
    return this.#pending.reduce((sum, text) => sum + text.length, 0)
  }

  write(given: string | Uint8Array): void {
    const text = typeof given === 'string' ? given : Buffer.from(given).toString()
    assert(this.lastWords === undefined, 'nothing is written behind the end')
    this.#pending.push(text)
    this.mostPendingBytes = Math.max(this.mostPendingBytes, this.pendingBytes)
  }

  drained(): Promise<void> {
    if (this.pendingBytes < HIGH_WATER_BYTES) return Promise.resolve()
    return new Promise((resolve) => this.#onDrain.push(resolve))
  }

  end(text: string): void {
    this.lastWords ??= text
  }

  onClose(listener: () => void): void {
    this.#onClose.push(listener)
  }

  isAllowed(): Promise<boolean> {
    return Promise.resolve(true)
  }

  /** @param count writes; all of them */
  take(count = this.#pending.length): void {
    this.taken.push(...this.#pending.splice(0, count))
    if (this.#pending.length === 0) for (const resolve of this.#onDrain.splice(0)) resolve()
  }

  close(): void {
    for (const listener of this.#onClose) listener()
    for (const resolve of this.#onDrain.splice(0)) resolve()
  }

  get ids(): number[] {
    return [...this.taken.join('').matchAll(/id: (\d+)/g)].map(([, id]) => Number(id))
  }
}
