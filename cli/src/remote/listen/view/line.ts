// Owns what a line of the view is: pieces of text with their style, before anything draws them. Pure.
import { cutTo, widthOf } from './cells.ts'

export type Tone = 'green' | 'red' | 'yellow' | 'cyan'

export interface Span {
  readonly text: string
  readonly tone?: Tone | undefined
  readonly isBold?: boolean
  readonly isDim?: boolean
}

export interface Line {
  readonly spans: readonly Span[]
  /** The one that is chosen. */
  readonly isChosen?: boolean
}

/** Between pieces that stand beside each other. */
export const GAP = 2

export function line(...spans: readonly (Span | string)[]): Line {
  return { spans: spans.map((span) => (typeof span === 'string' ? { text: span } : span)) }
}

export function lineWidth({ spans }: Line): number {
  return spans.reduce((sum, { text }) => sum + widthOf(text), 0)
}

/** A line that fits: what is beyond the width is cut. */
export function cutLine({ spans, ...rest }: Line, width: number): Line {
  let left = width
  const kept: Span[] = []
  for (const span of spans) {
    if (left <= 0) break
    const text = cutTo(span.text, left)
    left -= widthOf(text)
    kept.push({ ...span, text })
  }
  return { ...rest, spans: kept }
}

/** One at the left end and one at the right end of the same line; where both do not fit, the left one is cut. */
export function bothEnds(left: Line, right: Line, width: number): Line {
  const room = width - lineWidth(right)
  if (room < 8) return cutLine(right, width)
  const first = cutLine(left, room - GAP)
  return { spans: [...first.spans, { text: ' '.repeat(room - lineWidth(first)) }, ...right.spans] }
}
