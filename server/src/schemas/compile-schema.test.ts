// What is refused when a schema is compiled, with the reason and the place; and that Ajv's meta-schema agrees on what is one.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileSchema } from './compile-schema.ts'
import type { JsonObject } from './keyword.ts'
import { KEYWORDS } from './keywords/keywords.ts'

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const nested = (levels: number): JsonObject => (levels === 0 ? {} : { items: nested(levels - 1) })
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#'

describe('a schema', () => {
  test.each<[string, JsonObject, string, string?]>([
    ['an unknown type', { type: 'strange' }, 'not_a_schema', '/schema/type'],
    [
      'a keyword with a wrong value',
      { properties: { a: { minLength: -1 } } },
      'not_a_schema',
      '/schema/properties/a/minLength',
    ],
    ['a name where a schema has to be', { properties: { a: 'string' } }, 'not_a_schema', '/schema/properties/a'],
    ['an array for items', { items: [{}] }, 'not_a_schema', '/schema/items'],
    ['a reference to another document', { $ref: 'https://example.com/schema.json' }, 'reference', '/schema/$ref'],
    ['a reference to the meta-schema', { $ref: 'https://json-schema.org/draft/2020-12/schema' }, 'reference'],
    ['a reference to a file', { properties: { a: { $ref: 'file:///etc/passwd' } } }, 'reference'],
    ['a reference to nothing', { $ref: '#/$defs/missing' }, 'reference'],
    ['a reference to a value', { const: { anyOf: [{}] }, allOf: [{ $ref: '#/const' }] }, 'reference'],
    ['a reference into what objects inherit', { $ref: '#/__proto__' }, 'reference'],
    ['a reference that is no text', { $ref: {} }, 'not_a_schema'],
    ['a reference that is broken', { $ref: '#/$defs/%' }, 'reference'],
    ['a reference to itself', { $ref: '#' }, 'reference_loop', '/schema'],
    ['references to each other', { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }, 'reference_loop'],
    ['a loop through allOf', { allOf: [{ $ref: '#' }] }, 'reference_loop'],
    ['a loop through not', { not: { anyOf: [{ $ref: '#' }] } }, 'reference_loop'],
    ['a loop through if', { if: true, else: { $ref: '#' } }, 'reference_loop'],
    ['a loop through dependentSchemas', { dependentSchemas: { a: { $ref: '#' } } }, 'reference_loop'],
    ['a name for itself', { $id: 'https://example.com/own' }, 'keyword', '/schema/$id'],
    ['an anchor', { properties: { a: { $anchor: 'x' } } }, 'keyword', '/schema/properties/a/$anchor'],
    ['a dynamic reference', { $dynamicRef: '#node' }, 'keyword'],
    ['a vocabulary', { $vocabulary: {} }, 'keyword'],
    ['another dialect', { $schema: 'https://json-schema.org/draft/2019-09/schema' }, 'dialect', '/schema/$schema'],
    ['a dialect that is no text', { $schema: 5 }, 'dialect'],
    ['a dialect below the root', { items: { $schema: 'https://json-schema.org/draft/2020-12/schema' } }, 'dialect'],
    ['look-ahead', { properties: { a: { pattern: '^(?=a)' } } }, 'pattern_look_around', '/schema/properties/a/pattern'],
    ['look-behind', { pattern: '(?<!a)b' }, 'pattern_look_around'],
    ['a back-reference', { patternProperties: { '(a)\\1': {} } }, 'pattern_back_reference'],
    ['a named back-reference', { pattern: '(?<n>a)\\k<n>' }, 'pattern_back_reference'],
    ['a flag inside a pattern', { pattern: '(?i:a)' }, 'pattern_modifier'],
    ['a broken pattern', { pattern: '(' }, 'pattern_syntax'],
    ['a pattern of Perl', { pattern: '(?i)a' }, 'pattern_syntax'],
    ['a pattern of RE2', { pattern: '\\Qa\\E' }, 'pattern_syntax'],
    ['33 KiB', { description: 'x'.repeat(33 * 1024) }, 'schema_too_large'],
    ['65 levels', nested(65), 'too_deep'],
    ['1,001 subschemas', { allOf: many(1001, () => true) }, 'too_many_subschemas'],
    ['101 patterns', { allOf: many(101, (index) => ({ pattern: `${index}` })) }, 'too_many_patterns'],
    ['a million instructions', { pattern: '(?:a{1000}){1000}' }, 'too_many_instructions'],
    ['endless copies of nothing', { pattern: '(?:){999999999}' }, 'too_many_instructions'],
    ['33 properties in patterns', { pattern: '\\p{L}'.repeat(33) }, 'too_many_property_escapes'],
    ['201 groups in each other', { pattern: `${'('.repeat(201)}${')'.repeat(201)}` }, 'too_many_groups'],
    ['5,001 values', { enum: many(5001, (index) => index) }, 'too_many_values'],
    ['a number that is infinite', { maximum: Number.POSITIVE_INFINITY }, 'number_too_large', '/schema/maximum'],
    ['draft-07 with a list of items', { $schema: DRAFT_07, items: [{}] }, 'dialect_meaning', '/schema/items'],
    ['draft-07 with a keyword of later', { $schema: DRAFT_07, items: { minContains: 2 } }, 'dialect_meaning'],
    ['draft-07 with $ref beside others', { $schema: DRAFT_07, not: { $ref: '#', type: 'string' } }, 'dialect_meaning'],
  ])('with %s is refused', (_, schema, reason, path) => {
    const refusal = refusalOf(schema)
    expect(refusal).toMatchObject({ code: 'INVALID_EVENT_TYPE_SCHEMA', details: { reason } })
    if (path !== undefined) expect(refusal?.details['findings']).toMatchObject([{ path }])
  })

  test.each<[string, JsonObject]>([
    [
      'words that only a validator knows',
      { $async: true, nullable: true, discriminator: {}, 'x-timbre-steps': -1, $data: 1 },
    ],
    ['words that objects inherit', JSON.parse('{"__proto__":{"type":"strange"},"constructor":1,"toString":{}}')],
    ['a pattern where no schema is', { 'x-pattern': { pattern: '(?=a)' } }],
    ['names of keywords as names', { properties: { $id: {}, $ref: {}, $async: {} }, enum: [{ $id: 'x' }] }],
    [
      'draft-07 that means the same',
      { $schema: DRAFT_07, $ref: '#/definitions/a', definitions: { a: { dependencies: { b: ['c'] } } } },
    ],
    ['additionalItems without a list of items', { $schema: DRAFT_07, items: {}, additionalItems: false }],
    ['a reference to itself below a member', { properties: { child: { $ref: '#' } } }],
    ['an escaped reference', { $defs: { 'a/b ~c': {} }, $ref: '#/$defs/a~1b%20~0c' }],
    ['64 levels', nested(63)],
    ['1,000 subschemas', { allOf: many(999, () => true) }],
    ['a repeat above 1,000', { pattern: '^.{1,1001}$' }],
  ])('with %s is taken', (_, schema) => {
    expect(refusalOf(schema)).toBeUndefined()
  })

  test.each(BUILT_IN_EVENT_TYPES.map(({ key, schema }) => [key, schema]))(
    'of the built-in type %s is taken',
    (_, schema) => {
      expect(refusalOf(schema)).toBeUndefined()
    },
  )

  test('that the meta-schema of 2020-12 refuses is refused, and no other for its form', () => {
    const meta = new Ajv2020({ strict: false, logger: false })
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        true,
        false,
        null,
        0,
        1,
        -1,
        1.5,
        '',
        'string',
        'object',
        [],
        ['a'],
        ['a', 'a'],
        ['string'],
        {},
      ),
      fc.constantFrom<unknown>({ a: {} }, { a: [] }, { a: ['b'] }, { a: 1 }, [{}], [true], [1], { type: 'x' }, 'uri'),
    )
    const names = [...KEYWORDS.keys()].filter(
      (name) => !name.startsWith('$') || name === '$defs' || name === '$comment',
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }), (schema) => {
        const isOne = meta.validateSchema(schema) === true
        expect(refusalOf(schema)?.details['reason'] !== 'not_a_schema', JSON.stringify(schema)).toBe(isOne)
      }),
      { numRuns: 2000 },
    )
  })
})

function refusalOf(schema: JsonObject): Refusal | undefined {
  try {
    compileSchema(schema)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
