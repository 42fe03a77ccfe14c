// Owns the guarantees of event schemas: what is refused, and that no schema can hold the process.
// Must never need more than a few seconds: that is what it proves.
import { BUILT_IN_EVENT_TYPES } from '@timbre/contract/catalogue.ts'
import { Refusal } from '@timbre/contract/errors.ts'
import { describe, expect, test } from 'vitest'
import { compileBuiltInSchema, compileEventSchema, refuseSchema } from './event-schema.ts'

const TIME_MS_MAX = 3000

describe('the built-in types', () => {
  test.each(BUILT_IN_EVENT_TYPES.map((type) => [type.key, type] as const))('%s accepts its own example', (_, type) => {
    expect(() => refuseSchema(type.schema)).not.toThrow()
    expect(compileBuiltInSchema(type.schema)(type.example, '/data')).toEqual([])
    expect(compileEventSchema(type.schema)(type.example, '/data')).toEqual([])
  })
})

describe('a schema of a workspace', () => {
  test.each([
    ['an unknown type', { type: 'strange' }, 'not_a_schema'],
    ['a keyword with a wrong value', { properties: [] }, 'not_a_schema'],
    ['a reference to another document', { $ref: 'https://example.com/schema.json' }, 'reference'],
    ['a reference to a file', { properties: { a: { $ref: 'file:///etc/passwd' } } }, 'reference'],
    ['a reference to nothing', { $ref: '#/$defs/missing' }, 'reference'],
    ['a reference to a value', { const: { anyOf: [{}] }, allOf: [{ $ref: '#/const' }] }, 'reference'],
    ['a name for itself', { $id: 'https://example.com/own' }, 'keyword'],
    ['a dynamic reference', { $dynamicRef: '#node' }, 'keyword'],
    ['look-ahead', { properties: { a: { pattern: '^(?=a)' } } }, 'pattern'],
    ['a back-reference', { patternProperties: { '(a)\\1': {} } }, 'pattern'],
    ['a broken pattern', { pattern: '(' }, 'pattern'],
    ['33 KiB', { description: 'x'.repeat(33 * 1024) }, 'schema_too_large'],
  ])('with %s is refused', (_, schema, reason) => {
    expect(reasonOf(() => refuseSchema(schema))).toBe(reason)
  })

  test('may refer to itself and to its own definitions, also by names that have to be escaped', () => {
    const schema = {
      $defs: { 'a/b ~c': { type: 'integer' } },
      properties: { child: { $ref: '#' }, count: { $ref: '#/$defs/a~1b%20~0c' } },
    }
    refuseSchema(schema)
    const judge = compileEventSchema(schema)
    expect(judge({ child: { child: { count: 1 } } }, '/data')).toEqual([])
    expect(judge({ child: { child: { count: 'x' } } }, '/data')).toEqual([
      { path: '/data/child/child/count', en: 'must be integer', es: 'debe ser integer' },
    ])
  })

  test('cannot hold the process with a pattern that backtracks for ever', () => {
    const schema = { properties: { a: { pattern: '^(a+)+$' } } }
    refuseSchema(schema)
    expect(inTime(() => compileEventSchema(schema)({ a: `${'a'.repeat(50_000)}!` }, '/data'))).toHaveLength(1)
  })

  test('cannot hold the process by branching at every level', () => {
    const branch = { properties: { a: { $ref: '#' } } }
    const schema = { anyOf: [branch, { ...branch, minProperties: 1 }, { ...branch, maxProperties: 9 }], type: 'object' }
    refuseSchema(schema)
    let data: object = { a: 1 }
    for (let depth = 0; depth < 60; depth++) data = { a: data }
    expect(inTime(() => compileEventSchema(schema)(data, '/data'))).toEqual([
      { path: '/data', en: expect.stringContaining('too many steps'), es: expect.any(String) },
    ])
  })

  test('cannot hold the process with many patterns over many names', () => {
    const patternProperties = Object.fromEntries(
      Array.from({ length: 1500 }, (_, index) => [`^x{0,9}${index}y+$`, true]),
    )
    const schema = { patternProperties }
    refuseSchema(schema)
    const data = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`n${index}`, 1]))
    expect(inTime(() => compileEventSchema(schema)(data, '/data'))).toHaveLength(1)
  })

  test('cannot hold the process with a long enumeration over many items', () => {
    const schema = { properties: { a: { items: { enum: Array.from({ length: 4000 }, (_, index) => index) } } } }
    refuseSchema(schema)
    const data = { a: Array.from({ length: 60_000 }, () => 3999) }
    expect(inTime(() => compileEventSchema(schema)(data, '/data')).length).toBeLessThanOrEqual(1)
  })

  test('finds equal items in linear time, whatever the order of their members', () => {
    const judge = compileEventSchema({ properties: { a: { uniqueItems: true } } })
    const items = Array.from({ length: 60_000 }, (_, index) => ({ n: index, m: 1 }))
    expect(inTime(() => judge({ a: items }, '/data'))).toEqual([])
    expect(inTime(() => judge({ a: [...items, { m: 1, n: 5 }] }, '/data'))).toEqual([
      { path: '/data/a', en: expect.any(String), es: expect.stringContaining('60000') },
    ])
  })

  test('tells at most 20 findings', () => {
    const judge = compileEventSchema({ additionalProperties: { type: 'string' } })
    const data = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`n${index}`, 1]))
    expect(judge(data, '/data')).toHaveLength(20)
  })

  test('judges the data of one event after that of another with the whole budget again', () => {
    const judge = compileEventSchema({ properties: { a: { items: { type: 'integer' } } } })
    const data = { a: Array.from({ length: 50_000 }, () => 1) }
    for (let round = 0; round < 10; round++) expect(judge(data, '/data')).toEqual([])
  })
})

function inTime<T>(judge: () => T): T {
  const start = performance.now()
  const result = judge()
  expect(performance.now() - start).toBeLessThan(TIME_MS_MAX)
  return result
}

function reasonOf(act: () => void): unknown {
  try {
    act()
    return undefined
  } catch (error) {
    return error instanceof Refusal && error.code === 'INVALID_EVENT_TYPE_SCHEMA' ? error.details['reason'] : error
  }
}
