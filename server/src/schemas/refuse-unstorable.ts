// Owns what no document may have, whatever its keywords: more bytes or levels than allowed, numbers that no double holds.
import { EVENT_TYPE_SCHEMA_BYTES_MAX } from '@timbre/contract/event-type.ts'
import { SCHEMA_BOUNDS } from './bounds.ts'
import { escapePointer } from './finding.ts'
import { type JsonObject, refuse, refuseAt } from './keyword.ts'

/** Throws INVALID_EVENT_TYPE_SCHEMA. */
export function refuseUnstorable(document: JsonObject): void {
  refuseValues(document, '', 0)
  if (Buffer.byteLength(JSON.stringify(document)) > EVENT_TYPE_SCHEMA_BYTES_MAX) refuse('schema_too_large')
}

function refuseValues(value: unknown, pointer: string, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) refuseNumber(pointer)
  if (typeof value !== 'object' || value === null) return
  if (depth >= SCHEMA_BOUNDS.depth) refuse('too_deep')
  for (const [name, item] of Object.entries(value)) refuseValues(item, `${pointer}/${escapePointer(name)}`, depth + 1)
}

/** It would be shown as null. */
function refuseNumber(pointer: string): never {
  return refuseAt('number_too_large', pointer, {
    en: 'must be a number that a double can hold',
    es: 'debe ser un número que quepa en un double',
  })
}
