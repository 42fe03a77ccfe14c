// Owns reading the characters of a valid pattern: escapes, classes, quantifiers (ECMA-262 §22.2.1, with `u`).
import assert from 'node:assert/strict'
import { CharacterSet, type CodePointRange, complement } from './character-set.ts'
import { type UnicodeProperty, unicodeProperty } from './unicode-property.ts'

const DIGITS: readonly CodePointRange[] = [[0x30, 0x39]]
const WORD: readonly CodePointRange[] = [...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]
/** WhiteSpace and LineTerminator of ECMA-262 §12: RE2 and others have only those of ASCII. */
const SPACE: readonly CodePointRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const SHORTHANDS: Readonly<Record<string, readonly CodePointRange[]>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
}
const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, b: 0x08, '0': 0 }
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y
const CODE_UNIT = /u([0-9a-fA-F]{4})/y
const SURROGATES = /u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})/y

/** One code point, or several that a shorthand or a property stands for. */
type ClassAtom = number | readonly CodePointRange[] | UnicodeProperty

export class CharacterReader {
  readonly #source: string
  #index = 0

  constructor(source: string) {
    this.#source = source
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#source.length
  }

  sees(text: string): boolean {
    return this.#source.startsWith(text, this.#index)
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false
    this.#index += text.length
    return true
  }

  expect(text: string): void {
    assert(this.takes(text), 'a pattern that RegExp takes is read to its end')
  }

  /** What comes before a text, which is passed. */
  until(text: string): string {
    const end = this.#source.indexOf(text, this.#index)
    assert(end !== -1, 'a pattern that RegExp takes closes what it opens')
    const before = this.#source.slice(this.#index, end)
    this.#index = end + text.length
    return before
  }

  /** How often the part before is repeated; whether as much or as little as possible makes no difference to a verdict. */
  quantifier(): { readonly min: number; readonly max: number } | undefined {
    const match = this.#match(QUANTIFIER)
    if (match === undefined) return undefined
    const [, sign, least, comma, most] = match
    if (sign !== undefined) return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY }
    const min = Number(least)
    if (comma === '') return { min, max: min }
    return { min, max: most === '' ? Number.POSITIVE_INFINITY : Number(most) }
  }

  seesBackReference(): boolean {
    return /^\\(?:[1-9]|k)/.test(this.#source.slice(this.#index, this.#index + 2))
  }

  /** One character outside a class, or what an escape stands for. */
  character(): CharacterSet {
    return setOf([this.#atom()], false)
  }

  /** Behind the opening bracket. */
  characterClass(): CharacterSet {
    const isNegated = this.takes('^')
    const atoms: ClassAtom[] = []
    while (!this.takes(']')) {
      const atom = this.#atom()
      if (typeof atom === 'number' && this.sees('-') && !this.sees('-]')) {
        this.expect('-')
        const last = this.#atom()
        assert(typeof last === 'number', 'RegExp takes no range that ends with a set')
        atoms.push([[atom, last]])
      } else atoms.push(atom)
    }
    return setOf(atoms, isNegated)
  }

  #atom(): ClassAtom {
    return this.takes('\\') ? this.#escape() : this.#next()
  }

  /** Behind the backslash. */
  #escape(): ClassAtom {
    const name = this.#source[this.#index] ?? ''
    const shorthand = Object.hasOwn(SHORTHANDS, name) ? SHORTHANDS[name] : undefined
    if (shorthand !== undefined) {
      this.#index++
      return shorthand
    }
    if (name === 'p' || name === 'P') return unicodeProperty(`\\${this.until('}')}}`)
    return this.#escapedCharacter(name)
  }

  #escapedCharacter(name: string): number {
    if (name === 'u') return this.#unicodeEscape()
    this.#index++
    if (Object.hasOwn(CONTROLS, name)) return CONTROLS[name] ?? 0
    if (name === 'c') return this.#next() % 32
    if (name === 'x') return Number.parseInt(this.#take(2), 16)
    // What stands for itself: punctuation of the grammar.
    return name.charCodeAt(0)
  }

  #unicodeEscape(): number {
    if (this.takes('u{')) return Number.parseInt(this.until('}'), 16)
    const pair = this.#match(SURROGATES)
    if (pair !== undefined)
      return (
        String.fromCharCode(Number.parseInt(pair[1] ?? '', 16), Number.parseInt(pair[2] ?? '', 16)).codePointAt(0) ?? 0
      )
    return Number.parseInt(this.#match(CODE_UNIT)?.[1] ?? '', 16)
  }

  #next(): number {
    const codePoint = this.#source.codePointAt(this.#index)
    assert(codePoint !== undefined, 'a pattern that RegExp takes does not end early')
    this.#index += codePoint > 0xffff ? 2 : 1
    return codePoint
  }

  #take(length: number): string {
    this.#index += length
    return this.#source.slice(this.#index - length, this.#index)
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#index
    const match = expression.exec(this.#source)
    if (match === null) return undefined
    this.#index = expression.lastIndex
    return match
  }
}

function setOf(atoms: readonly ClassAtom[], isNegated: boolean): CharacterSet {
  const ranges: CodePointRange[] = []
  const properties: UnicodeProperty[] = []
  for (const atom of atoms) {
    if (typeof atom === 'number') ranges.push([atom, atom])
    else if ('has' in atom) properties.push(atom)
    else ranges.push(...atom)
  }
  return new CharacterSet(ranges, properties, isNegated)
}
