// What a schema says of a value: sentences and places, names that objects inherit, and the end of the budget.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_STEPS_MAX } from './bounds.ts'
import { compileSchema } from './compile-schema.ts'
import type { Finding } from './finding.ts'
import type { JsonObject } from './keyword.ts'
import { validate } from './validate.ts'

const findings = (schema: JsonObject, data: unknown): readonly Finding[] =>
  validate(compileSchema(schema), data, '/data', EVENT_STEPS_MAX).findings
const isValid = (schema: JsonObject, data: unknown): boolean => findings(schema, data).length === 0
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) })

describe('a finding', () => {
  test.each<[JsonObject, unknown, string, string, string]>([
    [{ type: 'integer' }, 'x', '/data', 'must be a whole number', 'debe ser un número entero'],
    [{ required: ['a/b'] }, {}, '/data/a~1b', 'is missing', 'falta'],
    [{ additionalProperties: false }, { a: 1 }, '/data/a', 'is not known here', 'no se conoce aquí'],
    [{ items: { minimum: 3 } }, [3, 2], '/data/1', 'must be at least 3', 'debe ser como mínimo 3'],
    [{ enum: ['a', 1] }, 'b', '/data', 'must be one of: a, 1', 'debe ser uno de: a, 1'],
    [{ pattern: '^a$' }, 'b', '/data', 'must match the pattern ^a$', 'debe coincidir con el patrón ^a$'],
    [{ properties: { a: false } }, { a: 1 }, '/data/a', 'is not allowed here', 'no se permite aquí'],
  ])('of %j says where and what, in both languages', (schema, data, path, en, es) => {
    expect(findings(schema, data)).toEqual([{ path, en, es }])
  })

  test('of anyOf is what its branches found; of oneOf also that not one of them fits', () => {
    const branches = [{ type: 'string' }, { required: ['a'] }]
    expect(findings({ anyOf: branches }, {}).map(({ path }) => path)).toEqual(['/data', '/data/a'])
    expect(findings({ oneOf: [true, {}] }, 1)).toMatchObject([{ en: 'must match exactly one of the schemas in oneOf' }])
    expect(findings({ not: branches[0] as JsonObject }, 'x')).toHaveLength(1)
  })

  test('is one of at most 20, each with a bounded path', () => {
    const data = Object.fromEntries(many(500, (index) => [`${'n'.repeat(300)}${index}`, 1]))
    const found = findings({ additionalProperties: { type: 'string' } }, data)
    expect(found).toHaveLength(20)
    expect(Math.max(...found.map(({ path }) => path.length))).toBe(200)
  })
})

describe('a verdict', () => {
  test('tells two patterns in one schema apart', () => {
    const schema = { patternProperties: { 'f.*': true, 'b.*': false } }
    expect([isValid(schema, { foo: 1 }), isValid(schema, { bar: 2 })]).toEqual([true, false])
  })

  test('takes names that objects inherit for ordinary names', () => {
    const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty']
    const empty = JSON.parse('{}')
    for (const name of names) {
      const data = JSON.parse(`{${JSON.stringify(name)}:1}`)
      const schemaOf = (text: string) => JSON.parse(text.replaceAll('NAME', name))
      expect(isValid(schemaOf('{"properties":{"NAME":{"type":"string"}}}'), empty)).toBe(true)
      expect(isValid(schemaOf('{"properties":{"NAME":{"type":"string"}}}'), data)).toBe(false)
      expect(isValid(schemaOf('{"required":["NAME"]}'), empty)).toBe(false)
      expect(isValid(schemaOf('{"required":["NAME"]}'), data)).toBe(true)
      expect(isValid(schemaOf('{"dependentRequired":{"NAME":["x"]}}'), empty)).toBe(true)
      expect(isValid(schemaOf('{"dependentRequired":{"NAME":["x"]}}'), data)).toBe(false)
      expect(isValid({ additionalProperties: false, properties: {} }, data)).toBe(false)
      expect(isValid({ additionalProperties: false }, empty)).toBe(true)
      expect(isValid({ unevaluatedProperties: false }, data)).toBe(false)
    }
  })

  test('reads decimals as decimals', () => {
    const hundredth = { multipleOf: 0.01 }
    for (const value of [19.99, 0.07, 1.1, 4.35, 1e22, -0.01, 0]) expect(isValid(hundredth, value)).toBe(true)
    for (const value of [19.999, 1e-3, 5e-324]) expect(isValid(hundredth, value)).toBe(false)
    expect(isValid({ multipleOf: 1e-308 }, 1.7976931348623157e308)).toBe(true)
    expect(isValid({ multipleOf: 5e-324 }, 1.7976931348623157e308)).toBe(true)
    expect(isValid({ multipleOf: 1e308 }, 1e-308)).toBe(false)
    expect(isValid({ multipleOf: 3 }, 1e308)).toBe(false)
  })

  test('of multipleOf is that of exact fractions', () => {
    const decimal = fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: 6 }))
    fc.assert(
      fc.property(decimal, decimal, ([a, m], [b, n]) => {
        const divisor = Math.abs(b) + 1
        const wanted = (BigInt(a) * 10n ** BigInt(n)) % (BigInt(divisor) * 10n ** BigInt(m)) === 0n
        expect(isValid({ multipleOf: Number(`${divisor}e-${n}`) }, Number(`${a}e-${m}`))).toBe(wanted)
      }),
    )
  })

  test('of equal values does not depend on the order of members', () => {
    expect(isValid({ const: { a: [1, { b: -0 }], c: null } }, { c: null, a: [1, { b: 0 }] })).toBe(true)
    expect(
      isValid({ uniqueItems: true }, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toBe(false)
    expect(isValid({ uniqueItems: true }, [1, '1', true, 'true', null, 'null', [], '[]', {}, '{}'])).toBe(true)
  })
})

describe('the budget', () => {
  const HOSTILE: readonly [string, JsonObject, unknown][] = [
    [
      'branches at every level',
      {
        $defs: {
          n: {
            anyOf: [
              { allOf: [{ properties: { a: { $ref: '#/$defs/n' } } }, false] },
              { properties: { a: { $ref: '#/$defs/n' } } },
            ],
          },
        },
        $ref: '#/$defs/n',
      },
      nested(60),
    ],
    ['uniqueItems many times', { allOf: many(900, () => ({ uniqueItems: true })) }, many(40_000, (index) => index)],
    ['a format many times', { allOf: many(900, () => ({ format: 'uri' })) }, `http://a/${'a'.repeat(200_000)}`],
    ['the format regex with properties', { allOf: many(900, () => ({ format: 'regex' })) }, '\\p{L}'.repeat(40_000)],
    ['lengths that have to be counted', { allOf: many(900, () => ({ minLength: 150000 })) }, 'a'.repeat(200_000)],
    [
      'constants many times',
      { allOf: many(450, (index) => ({ not: { const: [index] } })) },
      many(40_000, (index) => index),
    ],
    [
      'a pattern that backtracks elsewhere',
      { allOf: many(99, (index) => ({ pattern: `^(a+)+${index}$` })) },
      `${'a'.repeat(200_000)}!`,
    ],
    [
      'patterns over many names',
      { patternProperties: Object.fromEntries(many(99, (index) => [`^x{0,9}${index}y+$`, true])) },
      Object.fromEntries(many(20_000, (index) => [`n${index}`, 1])),
    ],
    [
      'propertyNames many times',
      { allOf: many(450, () => ({ propertyNames: true })) },
      Object.fromEntries(many(20_000, (index) => [`n${index}`, 1])),
    ],
    ['contains many times', { allOf: many(450, () => ({ contains: false, minContains: 0 })) }, many(80_000, () => 7)],
    [
      'evaluated names that are merged',
      { unevaluatedProperties: true, anyOf: many(450, () => ({ patternProperties: { n: true } })) },
      Object.fromEntries(many(20_000, (index) => [`n${index}`, 1])),
    ],
    [
      'references that double',
      {
        $defs: Object.fromEntries(
          many(30, (index) => [
            `d${index}`,
            index < 29 ? { allOf: [{ $ref: `#/$defs/d${index + 1}` }, { $ref: `#/$defs/d${index + 1}` }] } : true,
          ]),
        ),
        $ref: '#/$defs/d0',
      },
      {},
    ],
  ]

  test.each(HOSTILE)('ends %s with a finding, after the same steps each time', (_, schema, data) => {
    const compiled = compileSchema(schema)
    const first = validate(compiled, data, '/data', EVENT_STEPS_MAX)
    expect(first).toMatchObject({ isCut: true, steps: EVENT_STEPS_MAX })
    expect(first.findings.length).toBeGreaterThan(0)
    expect(validate(compiled, data, '/data', EVENT_STEPS_MAX)).toEqual(first)
  })

  test('also ends what applies too many schemas at once', () => {
    const chain = many(600, (index) => [
      `d${index}`,
      index < 599 ? { $ref: `#/$defs/d${index + 1}` } : { properties: { a: { $ref: '#/$defs/d0' } } },
    ])
    const schema = compileSchema({ $defs: Object.fromEntries(chain), $ref: '#/$defs/d0' })
    expect(validate(schema, nested(0), '/data', EVENT_STEPS_MAX).isCut).toBe(false)
    expect(validate(schema, nested(30), '/data', EVENT_STEPS_MAX)).toMatchObject({ isCut: true })
  })

  test('is far above what the largest honest event takes', () => {
    const order = {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string', maxLength: 40, pattern: '^[A-Z]' }, n: { type: 'integer', minimum: 0 } },
    }
    const data = { orders: many(8000, (index) => ({ sku: `A${index}`, n: index })) }
    expect(JSON.stringify(data).length).toBeGreaterThan(180_000)
    const verdict = validate(
      compileSchema({ properties: { orders: { items: order } } }),
      data,
      '/data',
      EVENT_STEPS_MAX,
    )
    expect(verdict).toMatchObject({ findings: [], isCut: false })
    expect(verdict.steps).toBeLessThan(EVENT_STEPS_MAX / 4)
  })
})
