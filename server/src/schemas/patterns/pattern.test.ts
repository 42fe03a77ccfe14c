// Patterns mean what `new RegExp(pattern, 'u')` means, in linear time.
import { Refusal } from '@timbre/contract/errors.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OutOfSteps, StepBudget } from '../step-budget.ts'
import { PatternSet } from './pattern-set.ts'

const STEPS_MAX = 1_000_000

describe('a pattern', () => {
  test.each([
    ['^\\S+$', 'a\u00a0b', false],
    ['^\\s$', '\ufeff', true],
    ['^.$', '\u2028', false],
    ['^.$', '😀', true],
    ['^.{1,1001}$', 'a'.repeat(1001), true],
    ['^.{1,1001}$', 'a'.repeat(1002), false],
    ['^(?:ab{600}){3}$', `a${'b'.repeat(600)}`.repeat(3), true],
    ['^\\p{Letter}+$', 'é', true],
    ['^\\p{Script=Greek}+$', 'αβγ', true],
    ['^\\P{Lu}$', 'A', false],
    ['^[^\\p{L}\\d]$', '-', true],
    ['\\bfoo\\b', 'a foo b', true],
    ['\\bfoo\\b', 'éfoo', true],
    ['^[\\w-]+$', 'a-b', true],
    ['^\\u{1F600}$', '😀', true],
    ['^\\ud83d\\ude00$', '😀', true],
    ['\\ud83d', '😀', false],
    ['[]', 'a', false],
    ['^[^]$', '\n', true],
    ['^(?s:.)$', '\n', true],
    ['(?m:^b$)', 'a\nb\nc', true],
    ['^(?<year>\\d{4})$', '2026', true],
    ['', '', true],
  ])('%s over %j is %s', (pattern, text, wanted) => {
    expect(new RegExp(pattern, 'u').test(text)).toBe(wanted)
    expect(new PatternSet().compile(pattern, '').test(text, new StepBudget(STEPS_MAX))).toBe(wanted)
  })

  const ATOMS = [
    'a',
    'b',
    '1',
    '.',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[a-c1]',
    '[]',
    '[^]',
    '\\p{L}',
    '\\P{L}',
  ]
  const MORE = [
    '[\\p{Lu}\\d]',
    '[^\\p{L}\\s]',
    '\\u{1F600}',
    '\\ud83d',
    '\\cJ',
    '\\x41',
    '\\0',
    '[\\b-a]',
    '[a\\-]',
    'é',
    '😀',
    '(?s:.)',
    '(?m:^)',
    '(?m:$)',
  ]
  const QUANTIFIERS = ['', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '{0}', '*?', '{2,3}?', '{', '{1}{1}']
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => {
    const atom = fc
      .tuple(fc.constantFrom(...ATOMS, ...MORE), fc.constantFrom(...QUANTIFIERS))
      .map((parts) => parts.join(''))
    const group = fc.tuple(
      fc.constantFrom('(', '(?:', '(?<n>'),
      tie('pattern'),
      fc.constantFrom(')', ')*', ')+', '){2,3}', ')??'),
    )
    const term = fc.oneof(
      { weight: 6, arbitrary: atom },
      { weight: 1, arbitrary: fc.constantFrom('^', '$', '\\b', '\\B') },
      { weight: 2, arbitrary: group.map((parts) => parts.join('')) },
    )
    const sequence = fc.array(term, { maxLength: 4 }).map((terms) => terms.join(''))
    const choice = fc.tuple(sequence, sequence).map((branches) => branches.join('|'))
    return { pattern: fc.oneof({ depthSize: 'small', withCrossShrink: true }, sequence, choice) }
  })
  // Without surrogate pairs, in which V8 looks for \B and [^a]$ as well: ECMA-262 has no position there.
  const TEXTS = ['a', 'b', 'A', '1', '_', ' ', '\n', '\r', '\u2028', '\u00a0', '\ufeff', 'é', 'Ω', '\b', '-']
  const text = fc.array(fc.constantFrom(...TEXTS), { maxLength: 8 }).map((characters) => characters.join(''))

  test('means what the engine takes it for, whatever it is', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        const native = nativePattern(source)
        const ours = ourPattern(source)
        expect(ours === undefined, source).toBe(native === undefined)
        for (const one of texts)
          expect(ours?.test(one, new StepBudget(STEPS_MAX)), `${source} over ${JSON.stringify(one)}`).toBe(
            native?.test(one),
          )
      }),
      { numRuns: 5000 },
    )
  })

  test('takes steps in proportion to the text, and none after the budget', () => {
    const compiled = new PatternSet().compile('^(?:a+)+$', '')
    const stepsOf = (length: number) => {
      const budget = new StepBudget(STEPS_MAX)
      expect(compiled.test(`${'a'.repeat(length)}!`, budget)).toBe(false)
      return budget.spent
    }
    expect(stepsOf(20_000) / stepsOf(10_000)).toBeCloseTo(2, 2)
    expect(() => compiled.test('a'.repeat(STEPS_MAX), new StepBudget(STEPS_MAX))).toThrow(OutOfSteps)
  })
})

function nativePattern(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'u')
  } catch {
    return undefined
  }
}

function ourPattern(source: string) {
  try {
    return new PatternSet().compile(source, '')
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
