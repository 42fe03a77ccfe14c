// Owns the way from a body's bytes to a value: media type, UTF-8, depth, syntax, forbidden characters, names given twice.
// Must never repair a body, and keeps its text: events are passed on byte for byte.

import { Refusal } from '@timbre/contract/errors.ts'
import { EVENT_DATA_DEPTH_MAX } from '@timbre/contract/event.ts'
import { memberCount, readByName } from '../platform/json/json-names.ts'
import { escapedFault, type JsonShape, jsonShape, type TextFault, textFault } from '../platform/json/json-text.ts'
import { escapePointer, invalidInput, shownPath } from './findings.ts'
import type { Sentence } from './reasons.ts'

/** `data` of one item of a batch lies three levels down; so much deeper may every body be. */
const BODY_DEPTH_MAX = EVENT_DATA_DEPTH_MAX + 3

export const TEXT_FAULTS: Readonly<Record<TextFault, Sentence>> = {
  nul: { en: 'must not contain the character U+0000', es: 'no debe contener el carácter U+0000' },
  lone_surrogate: { en: 'must not contain half a surrogate pair', es: 'no debe contener medio par sustituto' },
}

/** One reader would take the first and another the last: what was judged would not be what is sent (RFC 8259 §4). */
const TWICE: Sentence = {
  en: 'must be given once: the object has this name twice',
  es: 'debe indicarse una sola vez: el objeto tiene este nombre dos veces',
}

export interface JsonBody {
  readonly text: string
  readonly value: unknown
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The body's text and value; undefined when it is empty.
 * Throws UNSUPPORTED_MEDIA_TYPE, INVALID_JSON, INVALID_INPUT.
 * @param contentType the header, which is known to name application/json
 */
export function readJsonBody(contentType: string, bytes: Uint8Array): JsonBody | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new Refusal('UNSUPPORTED_MEDIA_TYPE', { reason: 'media_type' })
  if (bytes.length === 0) return undefined
  const text = decode(bytes)
  if (text.charCodeAt(0) === 0xfeff) throw new Refusal('INVALID_JSON', { reason: 'byte_order_mark' })
  const shape = jsonShape(text)
  refuseDepth(shape.depth)
  const value = withOwnNames(text, shape, parse(text))
  const fault = escapedFault(text)
  if (fault !== undefined) throw invalidInput([{ path: faultPath(value), ...TEXT_FAULTS[fault] }])
  return { text, value }
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Refusal('INVALID_JSON', { reason: 'not_utf8' })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('INVALID_JSON', { reason: 'syntax' })
  }
}

/** The value that was parsed, unless it is not what the text says. */
function withOwnNames(text: string, { members, hasEscapedName }: JsonShape, parsed: unknown): unknown {
  if (!hasEscapedName && memberCount(parsed) === members) return parsed
  const read = readByName(text)
  if ('value' in read) return read.value
  throw invalidInput([{ path: shownPath(read.duplicate), ...TWICE }])
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
function faultPath(value: unknown, pointer = ''): string {
  if (typeof value === 'string') return textFault(value) === undefined ? '' : pointer
  if (typeof value !== 'object' || value === null) return ''
  for (const [name, member] of Object.entries(value)) {
    if (textFault(name) !== undefined) return pointer
    const found = faultPath(member, `${pointer}/${escapePointer(name)}`)
    if (found !== '') return found
  }
  return ''
}
