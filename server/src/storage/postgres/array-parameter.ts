// Owns the binary form of an array parameter (PostgreSQL: array_recv, and the *_recv of the elements): the driver writes arrays
// as text with every element quoted, which costs both sides more than the rows themselves.
import assert from 'node:assert/strict'

export type Element = string | number | null
export type ElementType = 'text' | 'int' | 'bigint' | 'smallint' | 'float8'

/** Of `pg_type`: fixed by PostgreSQL for ever. */
const OIDS: Readonly<Record<ElementType, number>> = { text: 25, int: 23, bigint: 20, smallint: 21, float8: 701 }
const WIDTHS: Readonly<Record<Exclude<ElementType, 'text'>, number>> = { int: 4, bigint: 8, smallint: 2, float8: 8 }
/** Dimensions, flags, element type, length, lower bound. */
const HEAD_BYTES = 20
const HEAD_BYTES_EMPTY = 12
const LENGTH_BYTES = 4
const NULL_LENGTH = -1
const UTF8_BYTES_MAX = 3
const TWO_TO_32 = 2 ** 32

/** Where an array of a usual batch is built before it is copied: how long it will be is known only afterwards. */
const scratch = Buffer.allocUnsafe(1 << 20)

export function isElementType(name: string): name is ElementType {
  return name in OIDS
}

/** @param values one dimension; 64-bit numbers beyond 2^53 as strings */
export function arrayParameter(type: ElementType, values: readonly Element[]): Buffer {
  const most = HEAD_BYTES + mostBytes(type, values)
  const target = most <= scratch.length ? scratch : Buffer.allocUnsafe(most)
  const end = type === 'text' ? writeTexts(target, values) : writeNumbers(target, type, values)
  // An empty array has no dimension.
  target.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  target.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  target.writeInt32BE(OIDS[type], 8)
  target.writeInt32BE(values.length, 12)
  target.writeInt32BE(1, 16)
  const written = target.subarray(0, values.length === 0 ? HEAD_BYTES_EMPTY : end)
  return target === scratch ? Buffer.from(written) : written
}

function mostBytes(type: ElementType, values: readonly Element[]): number {
  if (type !== 'text') return values.length * (LENGTH_BYTES + WIDTHS[type])
  let characters = 0
  for (const value of values) if (typeof value === 'string') characters += value.length
  return values.length * LENGTH_BYTES + characters * UTF8_BYTES_MAX
}

function writeTexts(target: Buffer, values: readonly Element[]): number {
  let at = HEAD_BYTES
  for (const value of values) {
    if (value === null) {
      at = target.writeInt32BE(NULL_LENGTH, at)
      continue
    }
    assert(typeof value === 'string', 'a column of text holds text')
    const bytes = target.write(value, at + LENGTH_BYTES, 'utf8')
    target.writeInt32BE(bytes, at)
    at += LENGTH_BYTES + bytes
  }
  return at
}

function writeNumbers(target: Buffer, type: Exclude<ElementType, 'text'>, values: readonly Element[]): number {
  let at = HEAD_BYTES
  for (const value of values) {
    at = target.writeInt32BE(value === null ? NULL_LENGTH : WIDTHS[type], at)
    if (value !== null) at = writeNumber(target, type, value, at)
  }
  return at
}

function writeNumber(target: Buffer, type: Exclude<ElementType, 'text'>, value: string | number, at: number): number {
  if (typeof value === 'string') {
    assert(type === 'bigint', 'a number as text is one of 64 bits')
    return target.writeBigInt64BE(BigInt(value), at)
  }
  switch (type) {
    case 'int':
      return target.writeInt32BE(value, at)
    case 'smallint':
      return target.writeInt16BE(value, at)
    case 'float8':
      return target.writeDoubleBE(value, at)
    case 'bigint':
      assert(Number.isSafeInteger(value), 'a number of 64 bits is a whole one')
      // Two halves: a BigInt for each number would be garbage.
      return target.writeUInt32BE(value >>> 0, target.writeInt32BE(Math.floor(value / TWO_TO_32), at))
  }
}
