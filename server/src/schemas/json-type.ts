// Owns the seven types of JSON Schema, as sets of bits.

export const TYPE_BITS = {
  null: 1,
  boolean: 2,
  object: 4,
  array: 8,
  string: 16,
  number: 32,
  integer: 64,
} as const satisfies Readonly<Record<string, number>>

/** The bits of the types that a value of JSON has: 1.0 is an integer and a number. */
export function typeBits(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return TYPE_BITS.string
    case 'number':
      return Number.isInteger(value) ? TYPE_BITS.number | TYPE_BITS.integer : TYPE_BITS.number
    case 'boolean':
      return TYPE_BITS.boolean
    default:
      if (value === null) return TYPE_BITS.null
      return Array.isArray(value) ? TYPE_BITS.array : TYPE_BITS.object
  }
}
