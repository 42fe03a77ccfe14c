// Owns the guarantees of the scanner: spans, depth and faults agree with JSON.parse for every text.
// Must never compare with a parser of ours.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapedFault, itemSpans, jsonShape, memberSpans } from './json-text.ts'

/** The same value in another spelling: spaces, escapes, exponents. */
const spelledJson = fc
  .tuple(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), fc.constantFrom('', ' ', '\n\t', '\r\n  '))
  .map(([value, space]) => ({ value, text: spell(value, space) }))

describe('the spans of a JSON text', () => {
  test('cut out exactly the value of each member, however it is spelled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), spelledJson)),
        fc.constantFrom('', ' ', '\n'),
        (members, space) => {
          const text = `${space}{${space}${members
            .map(([name, { text: value }]) => `${quote(name)}${space}:${space}${value}${space}`)
            .join(`,${space}`)}}`
          const parsed = JSON.parse(text) as Record<string, unknown>
          const spans = memberSpans(text)
          expect([...spans.keys()].sort()).toEqual(Object.keys(parsed).sort())
          for (const [name, { start, end }] of spans) {
            const slice = text.slice(start, end)
            expect(slice.trim()).toBe(slice)
            expect(JSON.parse(slice)).toEqual(Object.getOwnPropertyDescriptor(parsed, name)?.value)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('cut out each item of an array in order', () => {
    fc.assert(
      fc.property(fc.array(spelledJson), fc.constantFrom('', ' ', '\n'), (items, space) => {
        const text = `${space}[${space}${items.map((item) => item.text).join(`${space},${space}`)}${space}]`
        expect([...itemSpans(text)].map(({ start, end }) => JSON.parse(text.slice(start, end)))).toEqual(
          JSON.parse(text),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('give the last of two members with one name, as JSON.parse does', () => {
    const text = '{"data":{"a":1},"d\\u0061ta" : {"a":2} }'
    const { start = 0, end = 0 } = memberSpans(text).get('data') ?? {}
    expect(text.slice(start, end)).toBe('{"a":2}')
  })
})

describe('the depth of a JSON text', () => {
  test('is the depth of the value, and brackets in texts do not count', () => {
    fc.assert(
      fc.property(spelledJson, ({ value, text }) => {
        expect(jsonShape(text).depth).toBe(depthOf(value))
      }),
      { numRuns: 500 },
    )
  })

  test('of a megabyte of brackets is found without recursion', () => {
    expect(jsonShape('['.repeat(1_000_000)).depth).toBe(1_000_000)
  })
})

describe('an escaped fault', () => {
  test('is found exactly where the parsed text has NUL or half a surrogate pair', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => `\\u${code.toString(16)}`)
    const piece = fc.oneof(unit, half, half, fc.constantFrom('a', '😀', '\\\\', '\\"', '\\\\u0000', '\\n', '\\u0000'))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = `"${pieces.join('')}"`
        const value = JSON.parse(text) as string
        expect(escapedFault(text) !== undefined).toBe(value.includes('\0') || !value.isWellFormed())
      }),
      { numRuns: 3000 },
    )
  })
})

function spell(value: unknown, space: string): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e6) return `${value}e0`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${space}${value.map((item) => spell(item, space)).join(`${space},`)}${space}]`
  const members = Object.entries(value).map(([name, member]) => `${quote(name)}${space}:${spell(member, space)}`)
  return `{${members.join(`,${space}`)}${space}}`
}

/** An escape stays as it is: there is an `a` in `\\u001a` too. */
function quote(text: string): string {
  const spellings: Readonly<Record<string, string>> = { a: '\\u0061', '/': '\\/' }
  return JSON.stringify(text).replace(/\\u[0-9a-f]{4}|\\.|[a/]/g, (piece) => spellings[piece] ?? piece)
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
