// Owns what a JSON text must not hold although JSON allows it: NUL, lone surrogates, endless nesting.
// Must never recurse: the text is the caller's.

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
