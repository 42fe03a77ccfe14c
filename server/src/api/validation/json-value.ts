// Owns the value of a JSON text that a client sent: depth, syntax, forbidden characters, names given twice.
// Must never repair a text.
import { Refusal } from '@timbre/contract/errors.ts'
import { EVENT_DATA_DEPTH_MAX } from '@timbre/contract/event.ts'
import { readByName } from '../../platform/json/json-names.ts'
import {
  escapedFault,
  type JsonShape,
  jsonShape,
  memberCount,
  type TextFault,
  textFault,
} from '../../platform/json/json-text.ts'
import { escapePointer, invalidInput, shownPath } from './findings.ts'
import type { Sentence } from './reasons.ts'

/** `data` of one item of a batch lies three levels down; so much deeper may every body be. */
const BODY_DEPTH_MAX = EVENT_DATA_DEPTH_MAX + 3

export const TEXT_FAULTS: Readonly<Record<TextFault, Sentence>> = {
  nul: { en: 'must not contain the character U+0000', es: 'no debe contener el carácter U+0000' },
  lone_surrogate: { en: 'must not contain half a surrogate pair', es: 'no debe contener medio par sustituto' },
}

/** One reader would take the first and another the last: what was validated would not be what is sent (RFC 8259 §4). */
const TWICE: Sentence = {
  en: 'must be given once: the object has this name twice',
  es: 'debe indicarse una sola vez: el objeto tiene este nombre dos veces',
}

/** Where a text stands in its body. */
interface Place {
  readonly pointer: string
  /** Levels above it. */
  readonly depth: number
}

const WHOLE: Place = { pointer: '', depth: 0 }

/** The value of a text. Throws INVALID_JSON, INVALID_INPUT. */
export function readJsonText(text: string, { pointer, depth }: Place = WHOLE): unknown {
  const shape = jsonShape(text)
  refuseDepth(shape.depth + depth)
  const value = withOwnNames(text, shape, parse(text), pointer)
  const fault = escapedFault(text)
  if (fault !== undefined) throw invalidInput([{ path: faultPath(value, pointer), ...TEXT_FAULTS[fault] }])
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('INVALID_JSON', { reason: 'syntax' })
  }
}

/** The value that was parsed, unless it is not what the text says. */
function withOwnNames(text: string, { members, hasEscapedName }: JsonShape, parsed: unknown, pointer: string): unknown {
  if (!hasEscapedName && memberCount(parsed) === members) return parsed
  const read = readByName(text)
  if ('value' in read) return read.value
  throw invalidInput([{ path: shownPath(pointer + read.duplicate), ...TWICE }])
}

function refuseDepth(depth: number): void {
  if (depth <= BODY_DEPTH_MAX) return
  const limit = EVENT_DATA_DEPTH_MAX
  throw invalidInput([
    {
      path: '',
      en: `must not nest deeper than ${limit} levels`,
      es: `no debe anidarse más de ${limit} niveles`,
    },
  ])
}

/** Where the first faulty text or name stands. The depth of the value has been bounded before. */
function faultPath(value: unknown, pointer: string): string {
  if (typeof value === 'string') return textFault(value) === undefined ? '' : pointer
  if (typeof value !== 'object' || value === null) return ''
  for (const [name, member] of Object.entries(value)) {
    if (textFault(name) !== undefined) return pointer
    const found = faultPath(member, `${pointer}/${escapePointer(name)}`)
    if (found !== '') return found
  }
  return ''
}
