// Owns the format regex: a regular expression of ECMA-262 with the flag `u`, look-around and back-references included.
import { isEcmaPattern, propertyEscapes } from '../patterns/ecma-pattern.ts'
import type { Format } from './format.ts'

const CHARACTERS_PER_STEP = 4
/** Reading one `\p{…}` takes V8 a quarter of a millisecond. */
const STEPS_PER_PROPERTY = 10_000

export const REGEX_FORMAT: Format = {
  test: isEcmaPattern,
  steps: (text) => 1 + text.length / CHARACTERS_PER_STEP + propertyEscapes(text) * STEPS_PER_PROPERTY,
}
