// Owns one reader of a stream: how far it has come, and whether it is live, in the tail of its workspace, or behind and reads by itself.
// Must never keep more for a reader than what one may be behind with (stream-line.ts) and one page: who does not read falls behind, and is read for again
// when it has taken what it was given.
import type { ChangePosition } from '../../storage/storage.ts'
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
  /** What comes next after a position, in its turn; it may begin before it. Empty: nothing does. */
  readonly readBatch: (after: ChangePosition) => Promise<StreamBatch>
  readonly positionText: (behind: ChangePosition) => string
  /** True: it is in the tail from now on. False: there is something that it has not had, or may be. */
  readonly joinTail: (reader: StreamReader, hasReadAll: boolean) => boolean
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
    const { readBatch, joinTail } = this.#dependencies
    let hasReadAll = false
    while (!this.line.isEnded) {
      await this.line.drained()
      if (this.line.isEnded || joinTail(this, hasReadAll)) return
      const batch = await readBatch(this.#position)
      if (this.line.isEnded) return
      this.#showBatch(batch)
      hasReadAll = batch.frames.length === 0
    }
  }

  /** What came in the tail. False: it has fallen behind, has been given nothing, and has to catch up. */
  take(batch: StreamBatch): boolean {
    if (this.line.isEnded) return true
    if (this.line.hasTakenAll) this.line.reads()
    if (this.line.isBehind) return false
    this.#showBatch(batch)
    return true
  }

  #showBatch(batch: StreamBatch): void {
    const { filter, language } = this.#dependencies
    if (compareChanges(this.#position, batch.from) === 0)
      this.#show(batch.frames, batch.shownTo(this.#kind, filter, language))
    else {
      // Some of it, it has had already.
      const frames = batch.frames.filter(({ behind }) => compareChanges(behind, this.#position) > 0)
      this.#show(frames, shownOf(frames, filter, language))
    }
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
