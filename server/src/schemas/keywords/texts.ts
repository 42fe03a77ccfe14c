// Owns the keywords that assert something of texts: maxLength, minLength, pattern, format. Lengths count code points.
import { FORMATS } from '../formats/formats.ts'
import type { Keyword } from '../keyword.ts'
import { readCount, readText } from '../keyword-values.ts'
import { atLeast, atMost, ofFormat, ofPattern } from '../sentences.ts'
import type { StepBudget } from '../step-budget.ts'

const CHARACTERS_PER_STEP = 16

export const TEXT_KEYWORDS = {
  maxLength: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atMost(limit, 'characters')
      return (data, run) =>
        typeof data !== 'string' ||
        data.length <= limit ||
        // Each code point has one UTF-16 unit or two.
        (data.length <= 2 * limit && codePoints(data, run.budget) <= limit) ||
        run.fail(sentence)
    },
  },
  minLength: {
    read(value, place) {
      const limit = readCount(value, place)
      const sentence = () => atLeast(limit, 'characters')
      return (data, run) =>
        typeof data !== 'string' ||
        data.length >= 2 * limit ||
        (data.length >= limit && codePoints(data, run.budget) >= limit) ||
        run.fail(sentence)
    },
  },
  pattern: {
    read(value, place) {
      const text = readText(value, place)
      const pattern = place.pattern(text)
      const sentence = () => ofPattern(text)
      return (data, run) => typeof data !== 'string' || pattern.test(data, run.budget) || run.fail(sentence)
    },
  },
  format: {
    read(value, place) {
      const name = readText(value, place)
      const format = FORMATS.get(name)
      // JSON Schema 2020-12, validation §7.2.3: a format that is not known is an annotation.
      if (format === undefined) return undefined
      const sentence = () => ofFormat(name)
      return (data, run) => {
        if (typeof data !== 'string') return true
        run.budget.spend(format.steps(data))
        return format.test(data) || run.fail(sentence)
      }
    },
  },
} as const satisfies Readonly<Record<string, Keyword>>

function codePoints(text: string, budget: StepBudget): number {
  budget.spend(text.length / CHARACTERS_PER_STEP)
  let count = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    // Texts of a request are well formed, so that the low half of a pair follows its high one.
    if (unit >= 0xdc00 && unit <= 0xdfff) count--
  }
  return count
}
