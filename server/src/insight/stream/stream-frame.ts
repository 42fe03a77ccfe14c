// Owns one frame of a stream for all its readers: its text is made once for each language, and only when somebody is shown it.
import type { ChangeGap, ChangePage, ChangePosition, DeliveryRow } from '../../storage/storage.ts'
import { isShown, type StreamFilter } from './stream-filter.ts'

export type StreamLanguage = 'en' | 'es'

/** How frames are written; the API knows. */
export interface StreamWriter {
  delivery(workspaceId: string, behind: ChangePosition, delivery: DeliveryRow, language: StreamLanguage): string
  gap(workspaceId: string, behind: ChangePosition, gap: ChangeGap): string
  /** Shows nothing: it says from where a reader goes on. */
  position(workspaceId: string, behind: ChangePosition): string
}

export class StreamFrame {
  /** From here on whoever has had the frame goes on. */
  readonly behind: ChangePosition
  readonly #delivery: DeliveryRow | null
  readonly #write: (language: StreamLanguage) => string
  readonly #texts = new Map<StreamLanguage, string>()

  /** @param delivery null: a gap, which everybody is shown */
  constructor(behind: ChangePosition, delivery: DeliveryRow | null, write: (language: StreamLanguage) => string) {
    this.behind = behind
    this.#delivery = delivery
    this.#write = write
  }

  isFor(filter: StreamFilter): boolean {
    return this.#delivery === null || isShown(filter, this.#delivery)
  }

  text(language: StreamLanguage): string {
    const known = this.#texts.get(language)
    if (known !== undefined) return known
    const text = this.#write(language)
    this.#texts.set(language, text)
    return text
  }
}

/** The frames of a page. Changes whose deliveries are gone, one after another, are one gap. */
export function framesOf({ changes }: ChangePage, workspaceId: string, writer: StreamWriter): StreamFrame[] {
  const frames: StreamFrame[] = []
  let gapFrom: number | undefined
  for (const [index, { position, delivery }] of changes.entries()) {
    if (delivery !== null) {
      frames.push(
        new StreamFrame(position, delivery, (language) => writer.delivery(workspaceId, position, delivery, language)),
      )
      continue
    }
    const from = gapFrom ?? position.at
    gapFrom = from
    const next = changes[index + 1]
    if (next !== undefined && next.delivery === null) continue
    const gap = { from, until: position.at }
    frames.push(new StreamFrame(position, null, () => writer.gap(workspaceId, position, gap)))
    gapFrom = undefined
  }
  return frames
}
