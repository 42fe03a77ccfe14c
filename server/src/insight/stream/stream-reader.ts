// Owns one reader of a stream: how far it has come, and whether it is live, in the tail of its workspace, or behind and reads by itself.
// Must never keep more for a reader than what one may be behind with (stream-line.ts) and one page: who does not read falls behind, and is read for again
// when it has taken what it was given.
import type { ChangePage, ChangePosition } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import type { OpenStream } from './open-streams.ts'
import { type ShownFrames, type StreamBatch, shownOf } from './stream-batch.ts'
import type { StreamFilter } from './stream-filter.ts'
import type { StreamFrame, StreamLanguage } from './stream-frame.ts'
import { StreamLine } from './stream-line.ts'
import type { StreamSink } from './stream-sink.ts'

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

export class StreamReader implements OpenStream {
  readonly line: StreamLine
  readonly #dependencies: ReaderDependencies
  #position: ChangePosition
  #told: ChangePosition
  /** Readers of the same kind are shown the same. */
  readonly #kind: string

  /** @param position behind which it has been shown everything, and been told so */
  constructor(dependencies: ReaderDependencies, position: ChangePosition) {
    this.#dependencies = dependencies
    this.#position = position
    this.#told = position
    this.#kind = JSON.stringify([dependencies.filter, dependencies.language])
    this.line = new StreamLine(dependencies.sink)
  }

  get position(): ChangePosition {
    return this.#position
  }

  /** Reads by itself until it has caught up with the tail. Rejects when the store cannot be read. */
  async catchUp(): Promise<void> {
    const { readPage, framesOf, joinTail } = this.#dependencies
    while (!this.line.isEnded) {
      await this.line.drained()
      if (this.line.isEnded) return
      const page = await readPage(this.#position)
      if (this.line.isEnded) return
      this.#showOwn(framesOf(page))
      if (page.changes.length === 0 && joinTail(this)) return
    }
  }

  /** What came in the tail. False: it has fallen behind, has been given nothing, and has to catch up. */
  take(batch: StreamBatch): boolean {
    const { filter, language } = this.#dependencies
    if (this.line.isEnded) return true
    if (this.line.hasTakenAll) this.line.reads()
    if (this.line.isBehind) return false
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
    this.line.write(bytes)
  }

  /** Also how far it has come, where it was shown nothing of what came. */
  beat(heartbeat: string): void {
    const isTold = compareChanges(this.#told, this.#position) === 0
    this.#told = this.#position
    this.line.write(isTold ? heartbeat : heartbeat + this.place())
  }

  place(): string {
    return this.#dependencies.positionText(this.#position)
  }
}
