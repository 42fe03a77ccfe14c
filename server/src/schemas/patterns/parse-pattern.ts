// Owns reading a pattern of ECMA-262 with the flag `u` that is known to be valid: the parts of it that run in linear time.
// Must never decide whether a pattern is valid: the engine's own RegExp does.

import { CharacterReader } from './character-reader.ts'
import { CharacterSet, CODE_POINT_MAX, type CodePointRange } from './character-set.ts'
import type { Assertion, PatternNode } from './pattern-node.ts'

/** Why a valid pattern cannot be used. */
export type PatternReason = 'pattern_look_around' | 'pattern_back_reference' | 'pattern_modifier' | 'too_many_groups'

export class PatternRefused extends Error {
  readonly reason: PatternReason

  constructor(reason: PatternReason) {
    super(reason)
    this.reason = reason
  }
}

/** Groups inside groups. */
const NESTING_MAX = 200

const LINE_ENDS: readonly CodePointRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]
const ANY = new CharacterSet([[0, CODE_POINT_MAX]])
const ANY_IN_LINE = new CharacterSet(LINE_ENDS, [], true)

interface Flags {
  readonly isDotAll: boolean
  readonly isMultiline: boolean
}

/** Throws PatternRefused. */
export function parsePattern(source: string): PatternNode {
  return new Parser(source).parse()
}

class Parser {
  readonly #reader: CharacterReader
  #nesting = 0

  constructor(source: string) {
    this.#reader = new CharacterReader(source)
  }

  parse(): PatternNode {
    return this.#choice({ isDotAll: false, isMultiline: false })
  }

  #choice(flags: Flags): PatternNode {
    if (++this.#nesting > NESTING_MAX) throw new PatternRefused('too_many_groups')
    const branches = [this.#sequence(flags)]
    while (this.#reader.takes('|')) branches.push(this.#sequence(flags))
    this.#nesting--
    const [only] = branches
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches }
  }

  #sequence(flags: Flags): PatternNode {
    const parts: PatternNode[] = []
    while (!this.#reader.isAtEnd && !this.#reader.sees('|') && !this.#reader.sees(')')) parts.push(this.#term(flags))
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts }
  }

  #term(flags: Flags): PatternNode {
    const assertion = this.#assertion(flags)
    if (assertion !== undefined) return { kind: 'assertion', assertion }
    const part = this.#reader.takes('(') ? this.#group(flags) : this.#characters(flags)
    const count = this.#reader.quantifier()
    return count === undefined ? part : { kind: 'repeat', part, ...count }
  }

  #assertion({ isMultiline }: Flags): Assertion | undefined {
    if (this.#reader.takes('^')) return isMultiline ? 'line_start' : 'start'
    if (this.#reader.takes('$')) return isMultiline ? 'line_end' : 'end'
    if (this.#reader.takes('\\b')) return 'word_boundary'
    if (this.#reader.takes('\\B')) return 'no_word_boundary'
    return undefined
  }

  /** Behind its opening parenthesis. What a group captured is not asked for. */
  #group(flags: Flags): PatternNode {
    const inner = this.#reader.takes('?') ? this.#groupFlags(flags) : flags
    const node = this.#choice(inner)
    this.#reader.expect(')')
    return node
  }

  /** Behind `(?`: a group that captures nothing, has a name or changes flags. */
  #groupFlags(flags: Flags): Flags {
    if (this.#reader.takes(':')) return flags
    for (const start of ['=', '!', '<=', '<!'])
      if (this.#reader.takes(start)) throw new PatternRefused('pattern_look_around')
    if (this.#reader.takes('<')) {
      this.#reader.until('>')
      return flags
    }
    const [added = '', removed = ''] = this.#reader.until(':').split('-')
    if (added.includes('i') || removed.includes('i')) throw new PatternRefused('pattern_modifier')
    return {
      isDotAll: (flags.isDotAll || added.includes('s')) && !removed.includes('s'),
      isMultiline: (flags.isMultiline || added.includes('m')) && !removed.includes('m'),
    }
  }

  #characters({ isDotAll }: Flags): PatternNode {
    if (this.#reader.takes('.')) return { kind: 'characters', set: isDotAll ? ANY : ANY_IN_LINE }
    if (this.#reader.takes('[')) return { kind: 'characters', set: this.#reader.characterClass() }
    if (this.#reader.seesBackReference()) throw new PatternRefused('pattern_back_reference')
    return { kind: 'characters', set: this.#reader.character() }
  }
}
