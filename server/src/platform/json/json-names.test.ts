import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readByName } from './json-names.ts'
import { jsonShape, memberCount } from './json-text.ts'

/** Few, so that names meet; with what could be taken for the syntax of JSON, and what V8 takes for one another. */
const name = fc.constantFrom(
  'a',
  'b',
  'a:b',
  '"',
  '\\',
  '\n',
  '{"a":1,"a":1}',
  ',',
  '',
  '__proto__',
  '0',
  'ñame',
  '\\u00',
)
interface Written {
  readonly text: string
  readonly value: unknown
  readonly twice: boolean
}
const scalars = ['1', '-1e5', 'true', 'null', '"a:b"', '"\\\\"', '"\\""', '"\\u00f1"', '1E400', '""', '{}', '[ ]']
const { written } = fc.letrec<{ written: Written }>((tie) => ({
  written: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...scalars).map((text) => ({ text, value: JSON.parse(text), twice: false })),
    fc.tuple(fc.array(tie('written'), { maxLength: 4 }), fc.constantFrom('', ' ', '\n')).map(writtenArray),
    fc.tuple(fc.array(fc.tuple(name, tie('written')), { maxLength: 5 }), fc.boolean()).map(writtenObject),
  ),
}))

describe('names', () => {
  test('are what the text spells, and one that is there twice is found, at any depth', () => {
    fc.assert(
      fc.property(written, ({ text, value, twice }) => {
        const read = readByName(text)
        expect('duplicate' in read).toBe(twice)
        if ('value' in read) expect(read.value).toEqual(value)
      }),
      { numRuns: 3000 },
    )
  })

  test('that are there twice are missing in what JSON.parse makes of a text without escapes', () => {
    fc.assert(
      fc.property(written, ({ text, twice }) => {
        fc.pre(!text.includes('\\'))
        expect(memberCount(JSON.parse(text)) !== jsonShape(text).members).toBe(twice)
      }),
      { numRuns: 3000 },
    )
  })

  test('that are spelled with an escape are told from texts that are', () => {
    for (const text of ['{"\\u0061":1}', '{"a":{"b":[{"c":0},{"\\"" \n:0}]}}', '{"a":"\\\\","\\n":1}'])
      expect([text, jsonShape(text).hasEscapedName]).toEqual([text, true])
    for (const text of ['{"a":"\\n"}', '["\\"", "\\u0061:"]', '{"a":"\\\\","b":"\\":"}', '{"a:":1}'])
      expect([text, jsonShape(text).hasEscapedName]).toEqual([text, false])
  })
})

describe('a member that is there twice', () => {
  test('is named by its place, however its name is spelled', () => {
    const at = (text: string) => Object(readByName(text)).duplicate
    expect(at('{"call_id":1,"c\\u0061ll_id":2}')).toBe('/call_id')
    expect(at('[ {"a" : 1} , { "x" : [ 0 , {"y/z":{"~": 1 ,"~" :2}}]}]')).toBe('/1/x/1/y~1z/~0')
    expect(at('{"__proto__":1,"b":{},"__proto__":2}')).toBe('/__proto__')
  })

  test('is found in megabytes of names, of arrays and of escapes in as many steps as there are characters', () => {
    const names = Array.from({ length: 200_000 }, (_, nth) => `"${nth}":0`)
    const wide = `{${names.join()},"7":0}`
    const escaped = `{"${'\\\\'.repeat(1_000_000)}":0,"a":0,"a":0}`
    const deep = `${'{"a":'.repeat(60)}{"b":[${'[],'.repeat(500_000)}[]],"b":1}${'}'.repeat(60)}`
    expect(readByName(wide)).toEqual({ duplicate: '/7' })
    expect(readByName(escaped)).toEqual({ duplicate: '/a' })
    expect(readByName(deep)).toEqual({ duplicate: `${'/a'.repeat(60)}/b` })
  })
})

function writtenArray([items, space]: [Written[], string]): Written {
  return {
    text: `[${space}${items.map(({ text }) => text).join(`${space},${space}`)}${space}]`,
    value: items.map(({ value }) => value),
    twice: items.some(({ twice }) => twice),
  }
}

/** @param escaped whether names are spelled with escapes where they can be */
function writtenObject([members, escaped]: [[name: string, value: Written][], boolean]): Written {
  const isOwn = new Set(members.map(([each]) => each)).size < members.length
  const spelled = (each: string) =>
    JSON.stringify(each).replace(/[añ]/g, (letter) => (escaped ? spelling(letter) : letter))
  return {
    text: `{${members.map(([each, { text }]) => `${spelled(each)} :${text}`).join()}}`,
    value: Object.fromEntries(members.map(([each, { value }]) => [each, value])),
    twice: isOwn || members.some(([, { twice }]) => twice),
  }
}

function spelling(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
}
