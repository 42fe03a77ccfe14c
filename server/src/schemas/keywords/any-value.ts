// Owns the keywords that assert something of any value: type, enum, const.
import { canonicalText, countValues } from '../canonical-text.ts'
import { TYPE_BITS, typeBits } from '../json-type.ts'
import type { Keyword } from '../keyword.ts'
import { wrongValue } from '../keyword.ts'
import { readArray } from '../keyword-values.ts'
import { exactly, ofType, oneOf } from '../sentences.ts'

export const ANY_VALUE_KEYWORDS = {
  type: {
    read(value, place) {
      const types: unknown[] = Array.isArray(value) ? value : [value]
      const isList = types.length > 0 && new Set(types).size === types.length
      if (!isList || !types.every(isType)) {
        wrongValue(place, {
          en: `must be one or several of ${Object.keys(TYPE_BITS).join(', ')}`,
          es: `debe ser uno o varios de ${Object.keys(TYPE_BITS).join(', ')}`,
        })
      }
      const wanted = types.reduce((bits, type) => bits | TYPE_BITS[type], 0)
      const sentence = () => ofType(types as string[])
      return (data, run) => (typeBits(data) & wanted) !== 0 || run.fail(sentence)
    },
  },
  enum: {
    read(value, place) {
      const allowed = readArray(value, place)
      place.countValues(countValues(allowed))
      const texts = new Set(allowed.map((item) => canonicalText(item)))
      const told = oneOf(allowed)
      return (data, run) => texts.has(canonicalText(data, run.budget)) || run.fail(() => told)
    },
  },
  const: {
    read(value, place) {
      place.countValues(countValues(value))
      const text = canonicalText(value)
      const sentence = () => exactly(text)
      const wanted = typeBits(value)
      return (data, run) =>
        (typeBits(data) === wanted && canonicalText(data, run.budget) === text) || run.fail(sentence)
    },
  },
} as const satisfies Readonly<Record<string, Keyword>>

function isType(value: unknown): value is keyof typeof TYPE_BITS {
  return typeof value === 'string' && Object.hasOwn(TYPE_BITS, value)
}
