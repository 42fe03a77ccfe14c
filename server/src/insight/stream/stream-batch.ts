// Owns what was read of a log at once, as all its readers get it: the bytes are made once for those with the same filter and language,
// and are the same memory for however many of them have not taken them yet.
import type { ChangePosition } from '../../storage/storage.ts'
import { compareChanges } from './change-order.ts'
import type { StreamFilter } from './stream-filter.ts'
import type { StreamFrame, StreamLanguage } from './stream-frame.ts'

/** What one kind of reader gets of a batch. */
export interface ShownFrames {
  readonly bytes: Uint8Array
  /** Behind the last frame that was shown; null: none was. */
  readonly told: ChangePosition | null
}

export class StreamBatch {
  /** Behind it the batch begins. */
  readonly from: ChangePosition
  readonly frames: readonly StreamFrame[]
  readonly #shown = new Map<string, ShownFrames>()

  constructor(from: ChangePosition, frames: readonly StreamFrame[]) {
    this.from = from
    this.frames = frames
  }

  /** What comes next after a position is in it. */
  has(after: ChangePosition): boolean {
    const end = this.frames.at(-1)?.behind
    return end !== undefined && compareChanges(this.from, after) <= 0 && compareChanges(after, end) < 0
  }

  /** @param kind one text for each filter and language */
  shownTo(kind: string, filter: StreamFilter, language: StreamLanguage): ShownFrames {
    const known = this.#shown.get(kind)
    if (known !== undefined) return known
    const shown = shownOf(this.frames, filter, language)
    this.#shown.set(kind, shown)
    return shown
  }
}

export function shownOf(frames: readonly StreamFrame[], filter: StreamFilter, language: StreamLanguage): ShownFrames {
  const own = frames.filter((frame) => frame.isFor(filter))
  const text = own.map((frame) => frame.text(language)).join('')
  return { bytes: Buffer.from(text), told: own.at(-1)?.behind ?? null }
}
