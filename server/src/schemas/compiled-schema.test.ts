// What a compiled schema says that it keeps in memory, against what it keeps: the caches are bounded by it.
import { expect, test } from 'vitest'
import { collectGarbage } from '../../../test/support/collect-garbage.ts'
import { compileSchema } from './compile-schema.ts'
import type { CompiledSchema } from './compiled-schema.ts'

const COPIES = 20
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const SHAPES: readonly [string, (copy: number) => object][] = [
  ['900 constants', (copy) => ({ anyOf: many(900, (index) => ({ const: index + copy * 10_000 })) })],
  ['900 empty schemas', () => ({ allOf: many(900, () => ({})) })],
  [
    '900 properties',
    (copy) => ({ properties: Object.fromEntries(many(900, (index) => [`p${copy}x${index}`, { type: 'string' }])) }),
  ],
  ['references', () => ({ $defs: { a: {} }, allOf: many(900, () => ({ $ref: '#/$defs/a' })) })],
  ['patterns', (copy) => ({ allOf: many(90, (index) => ({ pattern: `a{1,80}${copy}x${index}` })) })],
  ['classes', (copy) => ({ pattern: `${many(2500, () => '[a-cx]').join('')}${copy}` })],
  ['one long pattern', (copy) => ({ pattern: `^.{1,9000}$${copy}` })],
  ['values', (copy) => ({ enum: many(2400, (index) => `v${copy}x${index}`) })],
]

test.each(SHAPES)('the memory of %s is not understated', (_, shape) => {
  const texts = many(COPIES, (copy) => JSON.stringify(shape(copy)))
  const kept: CompiledSchema[] = [compileSchema(JSON.parse(texts[0] ?? '{}'))]
  collectGarbage()
  const before = heldBytes()
  for (const text of texts) kept.push(compileSchema(JSON.parse(text)))
  collectGarbage()
  const held = (heldBytes() - before) / COPIES
  const said = kept.at(-1)?.bytes ?? 0
  expect(kept).toHaveLength(COPIES + 1)
  expect(said).toBeGreaterThan(held * 0.8)
})

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
