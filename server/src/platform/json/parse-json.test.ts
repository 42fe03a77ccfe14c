import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from './parse-json.ts'

test('names with escapes are what they spell, whatever was parsed before', () => {
  expect(parseJson('{"x":{},"\\\\":1}')).toEqual({ x: {}, '\\': 1 })
  // JSON.parse of Node 26 takes this for the same name.
  expect(parseJson('{"x":{},"\\n":1}')).toEqual({ x: {}, '\n': 1 })
})

test('what was written of a value is that value again', () => {
  const name = fc.constantFrom('a', '"', '\\', '\n', 'a"b', '\u0001', '__proto__', 'ñ', '')
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1, -1.5, 'a\\"b', ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(value, (written) => {
      expect(JSON.stringify(parseJson(JSON.stringify(written)))).toBe(JSON.stringify(written))
    }),
    { numRuns: 2000 },
  )
})
