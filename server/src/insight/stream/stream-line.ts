// Owns one open stream as its connection has it: whether who reads takes what it is given, that it still may, and its one end.
import type { StreamSink } from './stream-sink.ts'

/** More that is not taken: it is no longer live. */
const BEHIND_BYTES_MIN = 64 * 1024
/** Looks in a row at which there was something that it had not taken: it is ended while its connection still stands (connections.ts). */
const LAGGING_LOOKS_MAX = 5

export class StreamLine {
  readonly #sink: StreamSink
  #isEnded = false
  #laggingLooks = 0

  constructor(sink: StreamSink) {
    this.#sink = sink
    sink.onClose(() => {
      this.#isEnded = true
    })
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  get isBehind(): boolean {
    return this.#sink.pendingBytes > BEHIND_BYTES_MIN
  }

  /** It has taken all that it was given, as far as can be seen. */
  get hasTakenAll(): boolean {
    return this.#sink.pendingBytes === 0
  }

  write(text: string | Uint8Array): void {
    this.#sink.write(text)
  }

  /** Resolves when it has taken what it was given. */
  async drained(): Promise<void> {
    await this.#sink.drained()
    this.reads()
  }

  /** It does read. */
  reads(): void {
    this.#laggingLooks = 0
  }

  /** Looks whether it reads. One that does not is ended. */
  look(lastWords: () => string): void {
    this.#laggingLooks = this.hasTakenAll ? 0 : this.#laggingLooks + 1
    if (this.#laggingLooks >= LAGGING_LOOKS_MAX) this.end(lastWords())
  }

  end(text: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#sink.end(text)
  }

  isAllowed(): Promise<boolean> {
    return this.#sink.isAllowed()
  }
}
