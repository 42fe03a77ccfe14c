import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { untrusted, untrustedUrl } from './untrusted.ts'

describe('text of somebody else', () => {
  test('is shown as it was written while there is room', () => {
    expect(untrusted('Ignore "this".\n\tÑandú 👋', 100)).toEqual({ untrusted: 'Ignore "this".\n\tÑandú 👋' })
  })

  test('is cut, and says how long it was', () => {
    expect(untrusted('x'.repeat(300), 10)).toEqual({ untrusted: 'x'.repeat(10), cutFrom: 300 })
  })

  test.each([
    ['a bidirectional override', 'a\u202Eb', 'a<U+202E>b'],
    ['zero width', 'a\u200Bb\uFEFF', 'a<U+200B>b<U+FEFF>'],
    ['tags, which spell a text that nobody sees', '\u{E0049}\u{E0067}', '<U+E0049><U+E0067>'],
    ['variation selectors, which carry bytes', 'a\uFE01\u{E0101}', 'a<U+FE01><U+E0101>'],
    ['controls of a terminal', '\u001b[2J\u0007', '<U+001B>[2J<U+0007>'],
    ['half a character', '\uD83D', '<U+D83D>'],
    ['ends of lines that JSON leaves as they are', 'a\u2028b', 'a<U+2028>b'],
  ])('shows %s', (_, text, shown) => {
    expect(untrusted(text, 100)).toEqual({ untrusted: shown })
  })

  test('takes no more room as JSON than it was given, whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    )
    fc.assert(
      fc.property(texts, fc.nat(300), (text, lengthMax) => {
        const shown = untrusted(text, lengthMax)
        expect(JSON.stringify(shown.untrusted).length - 2).toBeLessThanOrEqual(lengthMax)
      }),
      { numRuns: 40 },
    )
  })

  test('of an address has no query, where a key may be', () => {
    expect(untrustedUrl('https://example.com/hook?token=secret')).toEqual({ untrusted: 'https://example.com/hook?…' })
    expect(untrustedUrl('https://example.com/hook')).toEqual({ untrusted: 'https://example.com/hook' })
  })
})
