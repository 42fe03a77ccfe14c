// Owns the tail of the log of one workspace: what comes is read once, and given to all its live readers.
// Must never wait for a reader: one that does not take what it is given has to catch up by itself.
import { Loop } from '../../engine/loop.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ChangePosition } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import type { StreamBatch } from './stream-batch.ts'
import type { StreamReader } from './stream-reader.ts'

/** However much is written, the tail is read no more often: each read is for all that has come meanwhile. */
const READ_EVERY_MS = 25
/** What nobody has told of is found after this time. */
const POLL_MS = 1000

export interface StreamPage {
  readonly batch: StreamBatch
  /** There is more behind it already. */
  readonly isMore: boolean
}

export interface TailDependencies {
  readonly clock: Clock
  readonly readPage: (after: ChangePosition) => Promise<StreamPage>
  readonly onFault: (error: unknown) => void
  /** A reader has fallen behind. */
  readonly onBehind: (reader: StreamReader) => void
}

export class StreamTail {
  readonly #dependencies: TailDependencies
  readonly #loop: Loop
  readonly #readers = new Set<StreamReader>()
  /** Behind what was read last; undefined: there are no readers. */
  #position: ChangePosition | undefined
  #readAt = Number.NEGATIVE_INFINITY

  constructor(dependencies: TailDependencies) {
    const { clock, onFault } = dependencies
    this.#dependencies = dependencies
    this.#loop = new Loop({ name: 'stream tail', clock, onFault, runOnce: () => this.#read() })
    this.#loop.start()
  }

  /**
   * False: the reader is behind the tail, or may be.
   * @param hasReadAll it has found nothing behind its position: a tail without readers begins there
   */
  join(reader: StreamReader, hasReadAll: boolean): boolean {
    if (hasReadAll) this.#position ??= reader.position
    if (this.#position === undefined) return false
    if (compareChanges(reader.position, this.#position) < 0) return false
    this.#readers.add(reader)
    // What was committed since it has read by itself.
    this.wake()
    return true
  }

  leave(reader: StreamReader): void {
    this.#readers.delete(reader)
    if (this.#readers.size === 0) this.#position = undefined
  }

  /** Something was written. */
  wake(): void {
    if (this.#readers.size === 0) return
    this.#loop.wakeIn(Math.max(this.#readAt + READ_EVERY_MS - this.#dependencies.clock.monotonic(), 0))
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  async #read(): Promise<number> {
    const from = this.#position
    if (from === undefined) return POLL_MS
    const { clock, readPage, onBehind } = this.#dependencies
    this.#readAt = clock.monotonic()
    const { batch, isMore } = await readPage(from)
    // All have left, and perhaps others have come, who are elsewhere.
    if (this.#position !== from) return 0
    const last = batch.frames.at(-1)
    if (last === undefined) return POLL_MS
    this.#position = last.behind
    for (const reader of [...this.#readers]) {
      if (reader.take(batch)) continue
      this.#readers.delete(reader)
      onBehind(reader)
    }
    if (this.#readers.size === 0) this.#position = undefined
    return isMore ? 0 : POLL_MS
  }
}
