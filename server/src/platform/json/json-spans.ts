// Owns where the values of an object or array stand in a JSON text, so that they can be passed on byte for byte.
// Must never be given a text that JSON.parse has not accepted, and never recurses.
import { stringEnd } from './json-text.ts'

/** From the first character of a value up to, but without, `end`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * The span of each member's value. A name that is there twice has its last value, as with JSON.parse: `read-json-body.ts` refuses it.
 * @param text valid JSON
 * @param at an index at or before the object's opening brace, with nothing but whitespace between
 */
export function memberSpans(text: string, at = 0): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>()
  let index = skipSpace(text, skipSpace(text, at) + 1)
  while (text.charCodeAt(index) !== 0x7d) {
    const nameEnd = stringEnd(text, index)
    const name = memberName(text.slice(index, nameEnd))
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1)
    const end = valueEnd(text, start)
    spans.set(name, { start, end })
    index = afterComma(text, end)
  }
  return spans
}

/** Where the value of a member begins, without a look at what is behind it; undefined when the object at `at` has no such member. */
export function valueStart(text: string, wanted: string, at = 0): number | undefined {
  let index = skipSpace(text, skipSpace(text, at) + 1)
  while (text.charCodeAt(index) !== 0x7d) {
    const nameEnd = stringEnd(text, index)
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1)
    if (memberName(text.slice(index, nameEnd)) === wanted) return start
    index = afterComma(text, valueEnd(text, start))
  }
  return undefined
}

/** The span of each item of the array that begins at or, after whitespace, behind `at`; each is looked for when it is asked for. */
export function* itemSpans(text: string, at = 0): Generator<Span> {
  let index = skipSpace(text, skipSpace(text, at) + 1)
  while (text.charCodeAt(index) !== 0x5d) {
    const end = valueEnd(text, index)
    yield { start: index, end }
    index = afterComma(text, end)
  }
}

/** The name that a string of a valid JSON text spells. @param quoted with its quotes */
export function memberName(quoted: string): string {
  // JSON.parse of a string gives a string.
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}

function afterComma(text: string, end: number): number {
  const index = skipSpace(text, end)
  return text.charCodeAt(index) === 0x2c ? skipSpace(text, index + 1) : index
}

function valueEnd(text: string, start: number): number {
  const first = text.charCodeAt(start)
  if (first === 0x22) return stringEnd(text, start)
  return first === 0x7b || first === 0x5b ? containerEnd(text, start) : scalarEnd(text, start)
}

function containerEnd(text: string, start: number): number {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = stringEnd(text, index) - 1
    else if (code === 0x7b || code === 0x5b) depth++
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return index + 1
  }
  return text.length
}

/** The index after the number, `true`, `false` or `null` that begins at `start`. */
export function scalarEnd(text: string, start: number): number {
  let index = start
  while (index < text.length && !isDelimiter(text.charCodeAt(index))) index++
  return index
}

function isDelimiter(code: number): boolean {
  return code === 0x2c || code === 0x7d || code === 0x5d || isSpace(code)
}

/** The index of the first character at or after `at` that is no whitespace. */
export function skipSpace(text: string, at: number): number {
  let index = at
  while (isSpace(text.charCodeAt(index))) index++
  return index
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
