// Owns the keywords that assert something of numbers. Numbers are IEEE doubles here, as in most receivers.
import { isMultipleOf } from '../decimal.ts'
import { type Keyword, wrongValue } from '../keyword.ts'
import { readNumber } from '../keyword-values.ts'
import { bounded, multipleOf } from '../sentences.ts'

const DECIMAL_STEPS = 20

export const NUMBER_KEYWORDS = {
  multipleOf: {
    read(value, place) {
      const divisor = readNumber(value, place)
      if (divisor <= 0) wrongValue(place, { en: 'must be more than 0', es: 'debe ser mayor que 0' })
      const sentence = () => multipleOf(divisor)
      return (data, run) => {
        if (typeof data !== 'number') return true
        run.budget.spend(DECIMAL_STEPS)
        return isMultipleOf(data, divisor) || run.fail(sentence)
      }
    },
  },
  maximum: limit('<=', (data, bound) => data <= bound),
  exclusiveMaximum: limit('<', (data, bound) => data < bound),
  minimum: limit('>=', (data, bound) => data >= bound),
  exclusiveMinimum: limit('>', (data, bound) => data > bound),
} as const satisfies Readonly<Record<string, Keyword>>

function limit(sign: string, holds: (data: number, bound: number) => boolean): Keyword {
  return {
    read(value, place) {
      const bound = readNumber(value, place)
      const sentence = () => bounded(sign, bound)
      return (data, run) => typeof data !== 'number' || holds(data, bound) || run.fail(sentence)
    },
  }
}
