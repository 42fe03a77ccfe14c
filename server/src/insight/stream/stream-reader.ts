// Owns one reader of a stream: how far it has come, and whether it is live, in the tail of its workspace, or behind and reads by itself.
// Must never keep more for a reader than BEHIND_BYTES_MIN and one page: who does not read falls behind, and is read for again
// when it has taken what it was given.
import type { ChangePage, ChangePosition } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import { type ShownFrames, type StreamBatch, shownOf } from './stream-batch.ts'
import type { StreamFilter } from './stream-filter.ts'
import type { StreamFrame, StreamLanguage } from './stream-frame.ts'
import type { StreamSink } from './stream-sink.ts'

/** More that is not taken: it is no longer live. */
const BEHIND_BYTES_MIN = 64 * 1024
/** Looks in a row at which there was something that it had not taken: it is ended while its connection still stands (connections.ts). */
const LAGGING_LOOKS_MAX = 5

export interface ReaderDependencies {
  readonly sink: StreamSink
  readonly filter: StreamFilter
  readonly language: StreamLanguage
  /** A page from a position on, in its turn. */
  readonly readPage: (after: ChangePosition) => Promise<ChangePage>
  readonly framesOf: (page: ChangePage) => readonly StreamFrame[]
  readonly positionText: (behind: ChangePosition) => string
  /** True: it is in the tail from now on. False: there is something that it has not had. */
  readonly joinTail: (reader: StreamReader) => boolean
}

export class StreamReader {
  readonly #dependencies: ReaderDependencies
  #position: ChangePosition
  #told: ChangePosition
  /** Readers of the same kind are shown the same. */
  readonly #kind: string
  #isEnded = false
  #laggingLooks = 0

  /** @param position behind which it has been shown everything, and been told so */
  constructor(dependencies: ReaderDependencies, position: ChangePosition) {
    this.#dependencies = dependencies
    this.#position = position
    this.#told = position
    this.#kind = JSON.stringify([dependencies.filter, dependencies.language])
    dependencies.sink.onClose(() => {
      this.#isEnded = true
    })
  }

  get position(): ChangePosition {
    return this.#position
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Reads by itself until it has caught up with the tail. Rejects when the store cannot be read. */
  async catchUp(): Promise<void> {
    const { sink, readPage, framesOf, joinTail } = this.#dependencies
    while (!this.#isEnded) {
      await sink.drained()
      this.#laggingLooks = 0
      if (this.#isEnded) return
      const page = await readPage(this.#position)
      if (this.#isEnded) return
      this.#showOwn(framesOf(page))
      if (page.changes.length === 0 && joinTail(this)) return
    }
  }

  /** What came in the tail. False: it has fallen behind, has been given nothing, and has to catch up. */
  take(batch: StreamBatch): boolean {
    const { sink, filter, language } = this.#dependencies
    if (this.#isEnded) return true
    const { pendingBytes } = sink
    if (pendingBytes === 0) this.#laggingLooks = 0
    if (pendingBytes > BEHIND_BYTES_MIN) return false
    if (compareChanges(this.#position, batch.from) === 0)
      this.#show(batch.frames, batch.shownTo(this.#kind, filter, language))
    // Some of it, it has read by itself already.
    else this.#showOwn(batch.frames.filter(({ behind }) => compareChanges(behind, this.#position) > 0))
    return true
  }

  #showOwn(frames: readonly StreamFrame[]): void {
    const { filter, language } = this.#dependencies
    this.#show(frames, shownOf(frames, filter, language))
  }

  #show(frames: readonly StreamFrame[], { bytes, told }: ShownFrames): void {
    this.#position = frames.at(-1)?.behind ?? this.#position
    if (told === null) return
    this.#told = told
    this.#dependencies.sink.write(bytes)
  }

  /** Says that it is still there; and how far it has come, where it was shown nothing of what came. */
  beat(heartbeat: string): void {
    const { sink, positionText } = this.#dependencies
    if (this.#isEnded || sink.pendingBytes > 0) return
    const isTold = compareChanges(this.#told, this.#position) === 0
    this.#told = this.#position
    sink.write(isTold ? heartbeat : heartbeat + positionText(this.#position))
  }

  /** Looks whether it reads. One that does not is ended, with the id from which it goes on behind all that it was given. */
  look(lastWords: string): void {
    const { sink, positionText } = this.#dependencies
    this.#laggingLooks = sink.pendingBytes === 0 ? 0 : this.#laggingLooks + 1
    if (this.#laggingLooks >= LAGGING_LOOKS_MAX) this.end(lastWords + positionText(this.#position))
  }

  end(text: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#dependencies.sink.end(text)
  }

  isAllowed(): Promise<boolean> {
    return this.#dependencies.sink.isAllowed()
  }
}
