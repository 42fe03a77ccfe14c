// Owns the binary form of an array parameter (PostgreSQL: array_recv, and the *_recv of the elements): the driver writes arrays
// as text with every element quoted, which costs both sides more than the rows themselves.
import assert from 'node:assert/strict'
import { LENGTH_BYTES, type MessageBuffer, NULL_LENGTH } from './message-buffer.ts'

export type Element = string | number | null
export type ElementType = 'text' | 'int' | 'bigint' | 'smallint' | 'float8'

/** Of `pg_type`: fixed by PostgreSQL for ever. */
const OIDS: Readonly<Record<ElementType, number>> = { text: 25, int: 23, bigint: 20, smallint: 21, float8: 701 }
const WIDTHS: Readonly<Record<Exclude<ElementType, 'text'>, number>> = { int: 4, bigint: 8, smallint: 2, float8: 8 }
/** Stands between two texts, where the length of the next one comes. */
const GAP = '\0'.repeat(LENGTH_BYTES)

export function isElementType(name: string): name is ElementType {
  return name in OIDS
}

/** @param values one dimension; 64-bit numbers beyond 2^53 as strings */
export function writeArray(target: MessageBuffer, type: ElementType, values: readonly Element[]): void {
  // An empty array has no dimension.
  target.int32(values.length === 0 ? 0 : 1)
  target.int32(values.includes(null) ? 1 : 0)
  target.int32(OIDS[type])
  if (values.length === 0) return
  target.int32(values.length)
  // The index of the first.
  target.int32(1)
  if (type === 'text') writeTexts(target, values)
  else writeNumbers(target, type, values)
}

/** All at once: a call for each text costs more than what it writes. */
function writeTexts(target: MessageBuffer, values: readonly Element[]): void {
  const start = target.length
  const all = values.join(GAP)
  target.int32(0)
  if (target.text(all) === all.length) {
    writeLengths(target, start, values)
    return
  }
  // Where a character takes more than a byte, no place is known before it is written.
  target.length = start
  for (const value of values) {
    const at = target.length
    target.int32(NULL_LENGTH)
    if (value !== null) target.setInt32(at, target.text(textOf(value)))
  }
}

function writeLengths(target: MessageBuffer, start: number, values: readonly Element[]): void {
  let at = start
  for (const value of values) {
    const length = value === null ? 0 : textOf(value).length
    target.setInt32(at, value === null ? NULL_LENGTH : length)
    at += LENGTH_BYTES + length
  }
}

function textOf(value: string | number): string {
  assert(typeof value === 'string', 'a column of text holds text')
  return value
}

function writeNumbers(target: MessageBuffer, type: Exclude<ElementType, 'text'>, values: readonly Element[]): void {
  for (const value of values) {
    target.int32(value === null ? NULL_LENGTH : WIDTHS[type])
    if (typeof value === 'string') {
      assert(type === 'bigint', 'a number as text is one of 64 bits')
      target.bigint64(BigInt(value))
    } else if (value !== null) writeNumber(target, type, value)
  }
}

function writeNumber(target: MessageBuffer, type: Exclude<ElementType, 'text'>, value: number): void {
  if (type === 'int') target.int32(value)
  else if (type === 'smallint') target.int16(value)
  else if (type === 'float8') target.float64(value)
  else {
    assert(Number.isSafeInteger(value), 'a number of 64 bits is a whole one')
    target.int64(value)
  }
}
