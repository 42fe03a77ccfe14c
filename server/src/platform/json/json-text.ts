// Owns walks over a JSON text: its shape, what it must not hold although JSON allows it (NUL, lone surrogates, endless nesting), and where
// the values of an object or array stand in it, so that they can be passed on byte for byte.
// Must never recurse along a text, which is the caller's; nor look for a value in one that JSON.parse has not accepted.

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/g

export interface JsonShape {
  /** How many arrays and objects are open at once at the deepest place. */
  readonly depth: number
  /** How many members all objects have together, a name that is there twice counted twice. */
  readonly members: number
  /** Whether a name is spelled with an escape. */
  readonly hasEscapedName: boolean
}

/** What one walk over the text tells. The text need not be valid JSON; then what is told of members means little. */
export function jsonShape(text: string): JsonShape {
  const hasEscape = text.includes('\\')
  let hasEscapedName = false
  let depth = 0
  let deepest = 0
  let members = 0
  let lastString = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === QUOTE) {
      lastString = index
      index = stringEnd(text, index) - 1
    } else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (code === 0x7d || code === 0x5d) depth--
    else if (code === 0x3a) {
      // Outside of strings nothing else has a colon, and what comes before it is the name.
      members++
      if (hasEscape && !hasEscapedName) hasEscapedName = text.slice(lastString, index).includes('\\')
    }
  }
  return { depth: deepest, members, hasEscapedName }
}

/** How many members all objects of a value have together. In what JSON.parse made of a text they are fewer where a name was there twice. */
export function memberCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : values.length
  for (const each of values) {
    if (typeof each === 'object') count += memberCount(each)
  }
  return count
}

/** The index after the closing quote of the string that opens at `start`; the text's length when it is not closed. */
export function stringEnd(text: string, start: number): number {
  let close = text.indexOf('"', start + 1)
  while (close !== -1 && isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close === -1 ? text.length : close + 1
}

// Backslashes before a quote pair up from the left, so an odd number of them escapes it.
function isEscaped(text: string, index: number): boolean {
  let first = index
  while (text.charCodeAt(first - 1) === BACKSLASH) first--
  return (index - first) % 2 === 1
}

export type TextFault = 'nul' | 'lone_surrogate'

/** A fault that is written as an escape in a valid JSON text (`\u0000`, `\ud800`). Raw ones do not survive decoding. */
export function escapedFault(text: string): TextFault | undefined {
  if (!text.includes('\\u')) return undefined
  let highEnd = -1
  for (const match of text.matchAll(ESCAPE)) {
    const unit = match[1] === undefined ? undefined : Number.parseInt(match[1], 16)
    if (unit === 0) return 'nul'
    const isLow = unit !== undefined && unit >= 0xdc00 && unit <= 0xdfff
    if (isLow !== (highEnd === match.index)) return 'lone_surrogate'
    const isHigh = unit !== undefined && unit >= 0xd800 && unit <= 0xdbff
    highEnd = isHigh ? match.index + match[0].length : -1
    if (isHigh && text.charCodeAt(highEnd) !== BACKSLASH) return 'lone_surrogate'
  }
  return undefined
}

/** The fault of a text that is already decoded: a query value or a part of the path. */
export function textFault(text: string): TextFault | undefined {
  if (text.includes('\0')) return 'nul'
  return text.isWellFormed() ? undefined : 'lone_surrogate'
}

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
