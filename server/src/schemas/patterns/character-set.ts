// Owns sets of code points: what one place of a pattern may be.
import type { UnicodeProperty } from './unicode-property.ts'

/** First and last code point. */
export type CodePointRange = readonly [first: number, last: number]

export const CODE_POINT_MAX = 0x10ffff
const BYTES_PER_RANGE = 8
const BASE_BYTES = 300
/** With what the engine compiles for it. */
const BYTES_PER_PROPERTY = 4000
const STEPS_PER_PROPERTY = 4

export class CharacterSet {
  /** Sorted, apart from each other: first, last, first, last … */
  readonly #bounds: Int32Array
  readonly #properties: readonly UnicodeProperty[]
  readonly #isNegated: boolean

  constructor(ranges: readonly CodePointRange[], properties: readonly UnicodeProperty[] = [], isNegated = false) {
    this.#bounds = merged(ranges)
    this.#properties = properties
    this.#isNegated = isNegated
  }

  get bytes(): number {
    return BASE_BYTES + this.#bounds.length * (BYTES_PER_RANGE / 2) + this.#properties.length * BYTES_PER_PROPERTY
  }

  /** What asking costs. */
  get steps(): number {
    return 1 + this.#properties.length * STEPS_PER_PROPERTY
  }

  has(codePoint: number): boolean {
    return (this.#isInRanges(codePoint) || this.#hasProperty(codePoint)) !== this.#isNegated
  }

  #isInRanges(codePoint: number): boolean {
    let low = 0
    let high = this.#bounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#bounds[middle] ?? 0) + (middle % 2) <= codePoint) low = middle + 1
      else high = middle
    }
    // An odd number of bounds is passed inside a range.
    return low % 2 === 1
  }

  #hasProperty(codePoint: number): boolean {
    for (const property of this.#properties) if (property.has(codePoint)) return true
    return false
  }
}

function merged(ranges: readonly CodePointRange[]): Int32Array {
  const bounds: number[] = []
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const end = bounds.at(-1)
    if (end !== undefined && first <= end + 1) bounds[bounds.length - 1] = Math.max(end, last)
    else bounds.push(first, last)
  }
  return Int32Array.from(bounds)
}

/** What is in none of the ranges. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const bounds = merged(ranges)
  const gaps: CodePointRange[] = []
  let next = 0
  for (let index = 0; index < bounds.length; index += 2) {
    const first = bounds[index] ?? 0
    if (first > next) gaps.push([next, first - 1])
    next = (bounds[index + 1] ?? first) + 1
  }
  if (next <= CODE_POINT_MAX) gaps.push([next, CODE_POINT_MAX])
  return gaps
}
