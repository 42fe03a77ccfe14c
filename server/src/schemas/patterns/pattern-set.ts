// Owns the patterns of one schema: each text compiled once, and all of them within the bounds.
import { SCHEMA_BOUNDS } from '../bounds.ts'
import { quoted } from '../finding.ts'
import { refuse, refuseAt } from '../keyword.ts'
import { isEcmaPattern, propertyEscapes } from './ecma-pattern.ts'
import { PatternRefused, parsePattern } from './parse-pattern.ts'
import { Pattern } from './pattern.ts'
import { instructionsOf, type PatternNode } from './pattern-node.ts'
import { makeProgram } from './program.ts'

const STEPS_PER_INSTRUCTION = 5
/** The engine reads and runs each: some 0.3 ms. */
const STEPS_PER_PROPERTY = 5000

export class PatternSet {
  readonly #patterns = new Map<string, Pattern>()
  #instructions = 0
  #propertyEscapes = 0

  /** What compiling them took, as steps of validating. */
  get steps(): number {
    return this.#instructions * STEPS_PER_INSTRUCTION + this.#propertyEscapes * STEPS_PER_PROPERTY
  }

  get bytes(): number {
    return [...this.#patterns.values()].reduce((sum, pattern) => sum + pattern.bytes, 0)
  }

  /**
   * Throws INVALID_EVENT_TYPE_SCHEMA when the text is no pattern of ECMA-262, needs what does not run in linear time, or is
   * more than the schema may still have.
   * @param pointer of the keyword that has it
   */
  compile(text: string, pointer: string): Pattern {
    const known = this.#patterns.get(text)
    if (known !== undefined) return known
    if (this.#patterns.size >= SCHEMA_BOUNDS.patterns) refuse('too_many_patterns')
    // Before RegExp reads it: each of them takes a quarter of a millisecond there.
    this.#countPropertyEscapes(propertyEscapes(text))
    refuseInvalid(text, pointer)
    const node = parse(text, pointer)
    // Before it is made: `(?:a{1000}){1000}` has two million.
    this.#countInstructions(instructionsOf(node))
    const pattern = new Pattern(makeProgram(node))
    this.#patterns.set(text, pattern)
    return pattern
  }

  #countPropertyEscapes(count: number): void {
    this.#propertyEscapes += count
    if (this.#propertyEscapes > SCHEMA_BOUNDS.propertyEscapes) refuse('too_many_property_escapes')
  }

  #countInstructions(count: number): void {
    this.#instructions += count
    if (this.#instructions > SCHEMA_BOUNDS.instructions) refuse('too_many_instructions')
  }
}

function refuseInvalid(text: string, pointer: string): void {
  if (isEcmaPattern(text)) return
  refuseAt('pattern_syntax', pointer, {
    en: `is not a regular expression of ECMA-262 with the flag u: "${quoted(text)}"`,
    es: `no es una expresión regular de ECMA-262 con la opción u: "${quoted(text)}"`,
  })
}

function parse(text: string, pointer: string): PatternNode {
  try {
    return parsePattern(text)
  } catch (error) {
    if (!(error instanceof PatternRefused)) throw error
    return refuseAt(error.reason, pointer, {
      en: `has a regular expression that is not supported: "${quoted(text)}"`,
      es: `tiene una expresión regular que no se admite: "${quoted(text)}"`,
    })
  }
}
