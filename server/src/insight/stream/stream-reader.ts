// Owns one reader of a stream: how far it has come, and whether it is live, in the tail of its workspace, or behind and reads by itself.
// Must never keep more for a reader than BEHIND_BYTES_MIN and one page: who does not read falls behind, and is read for again
// when it has taken what it was given.
import type { ChangePage, ChangePosition } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import type { StreamFilter } from './stream-filter.ts'
import type { StreamFrame, StreamLanguage } from './stream-frame.ts'
import type { StreamSink } from './stream-sink.ts'

/** More that is not taken: it is no longer live. */
const BEHIND_BYTES_MIN = 64 * 1024

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
  #isEnded = false

  /** @param position behind which it has been shown everything, and been told so */
  constructor(dependencies: ReaderDependencies, position: ChangePosition) {
    this.#dependencies = dependencies
    this.#position = position
    this.#told = position
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
      if (this.#isEnded) return
      const page = await readPage(this.#position)
      if (this.#isEnded) return
      this.#show(framesOf(page))
      if (page.changes.length === 0 && joinTail(this)) return
    }
  }

  /** What came in the tail. False: it has fallen behind, has been given nothing, and has to catch up. */
  take(frames: readonly StreamFrame[]): boolean {
    if (this.#isEnded) return true
    if (this.#dependencies.sink.pendingBytes > BEHIND_BYTES_MIN) return false
    this.#show(frames)
    return true
  }

  #show(frames: readonly StreamFrame[]): void {
    const { sink, filter, language } = this.#dependencies
    let text = ''
    for (const frame of frames) {
      // In the tail there may be what it has read by itself already.
      if (compareChanges(frame.behind, this.#position) <= 0) continue
      this.#position = frame.behind
      if (!frame.isFor(filter)) continue
      this.#told = frame.behind
      text += frame.text(language)
    }
    if (text !== '') sink.write(text)
  }

  /** Says that it is still there; and how far it has come, where it was shown nothing of what came. */
  beat(heartbeat: string): void {
    const { sink, positionText } = this.#dependencies
    if (this.#isEnded || sink.pendingBytes > 0) return
    const isTold = compareChanges(this.#told, this.#position) === 0
    this.#told = this.#position
    sink.write(isTold ? heartbeat : heartbeat + positionText(this.#position))
  }

  end(text: string): void {
    if (!this.#isEnded) this.#dependencies.sink.end(text)
  }

  isAllowed(): Promise<boolean> {
    return this.#dependencies.sink.isAllowed()
  }
}
