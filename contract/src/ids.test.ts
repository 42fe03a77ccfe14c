import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_ID_PATTERN, formatId, ID_PREFIXES, type IdNoun, idPattern, parseEventId, parseId } from './ids.ts'

const noun = fc.constantFrom(...(Object.keys(ID_PREFIXES) as IdNoun[])) // the keys are the nouns
const uuid = fc.uuid()

describe('an id', () => {
  test('is the same thing in both spellings and in either case', () => {
    fc.assert(
      fc.property(noun, uuid, (of, id) => {
        const prefixed = formatId(of, id)
        const [prefix, digits] = [prefixed.slice(0, -26), prefixed.slice(-26)]
        for (const spelling of [id, id.toUpperCase(), prefixed, prefix + digits.toLowerCase()]) {
          expect(parseId(of, spelling)).toBe(id)
          expect(new RegExp(idPattern(of)).test(spelling)).toBe(true)
        }
      }),
    )
  })

  test('keeps its order in time in the prefixed spelling', () => {
    fc.assert(
      fc.property(uuid, uuid, (a, b) => {
        expect(formatId('event', a) < formatId('event', b)).toBe(a < b)
      }),
    )
  })

  test('of another noun, or of none, is refused by the parser and by the pattern alike', () => {
    const texts = [
      '',
      'wh_',
      'wh_01J8XW1N9P2Q3R4S5T6U',
      'sub_01J8XW1N9P2Q3R4S5T6V7W8X9Y',
      'wh_81J8XW1N9P2Q3R4S5T6V7W8X9Y',
      '3c90c3cc',
      `wh_${'I'.repeat(26)}`,
    ]
    for (const text of texts) {
      expect(parseId('webhook', text)).toBeUndefined()
      expect(new RegExp(idPattern('webhook')).test(text)).toBe(false)
    }
  })

  test('is never made out of anything else', () => {
    fc.assert(
      fc.property(noun, fc.string(), (of, text) => {
        expect(parseId(of, text) !== undefined).toBe(new RegExp(idPattern(of)).test(text))
      }),
    )
  })
})

describe('an event id', () => {
  test('is always shown prefixed', () => {
    fc.assert(
      fc.property(uuid, (id) => {
        expect(parseEventId(id)).toBe(formatId('event', id))
      }),
    )
  })

  test('of the seed is kept as it came', () => {
    expect(parseEventId('evt_01J7W8A4XK0N5Y6Z7Q8P')).toBe('evt_01J7W8A4XK0N5Y6Z7Q8P')
  })

  test.each(['evt_01h455vb4pex5vsknk084sn02q', 'evt_01H455VB4PEX5VSKNK084SN02Q', 'evt_a-b_C'])(
    'of a publisher is kept as it was written: %s',
    (id) => {
      expect(parseEventId(id)).toBe(id)
    },
  )

  test('is accepted by the parser exactly when it is by the pattern', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `evt_${rest}`),
    )
    fc.assert(
      fc.property(text, (id) => {
        expect(parseEventId(id) !== undefined).toBe(new RegExp(EVENT_ID_PATTERN).test(id))
      }),
    )
  })
})
