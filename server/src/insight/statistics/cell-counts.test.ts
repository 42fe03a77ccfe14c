import { LATENCY_PHASES } from '@timbre/contract/attempt-phases.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CellCounts } from './cell-counts.ts'
import { type Cells, latencyCell, writeCells } from './cells.ts'
import { BIN_BOUNDS_MS } from './latency-bins.ts'

const latency = fc
  .tuple(fc.constantFrom(...LATENCY_PHASES), fc.nat({ max: BIN_BOUNDS_MS.length - 1 }))
  .map(([phase, bin]) => latencyCell(phase, bin))
const other = fc.constantFrom(
  'answered|200|',
  'timed_out||first_byte',
  'connection_failed||tls|expired',
  'success',
  'failed',
)
const cells = fc
  .array(fc.tuple(fc.oneof(latency, other), fc.integer({ min: 0, max: 2 ** 40 })))
  .map((pairs): Cells => new Map(pairs))

test('of any cells each count is added to its own bin, or kept by its own name', () => {
  fc.assert(
    fc.property(cells, cells, (some, more) => {
      const counts = new CellCounts()
      counts.addWritten(writeCells(some))
      counts.addWritten(writeCells(more))
      const sum = (name: string) => (some.get(name) ?? 0) + (more.get(name) ?? 0)
      for (const phase of LATENCY_PHASES) {
        const wanted = BIN_BOUNDS_MS.map((_, bin) => sum(latencyCell(phase, bin)))
        expect([...counts.histogram(phase)]).toEqual(wanted)
        expect(counts.latencyTotal(phase)).toBe(wanted.reduce((total, count) => total + count, 0))
      }
      const others = new Set([...some.keys(), ...more.keys()].filter((name) => !/^[A-Z]/.test(name)))
      expect(counts.others).toEqual(new Map([...others].map((name) => [name, sum(name)])))
      const counted = new Set([...some.keys(), ...more.keys()].filter((name) => others.has(name) || sum(name) > 0))
      expect(counts.cells()).toEqual(new Map([...counted].map((name) => [name, sum(name)])))
    }),
  )
})

test('spaces around a colon, which nodes of a version before have written on PostgreSQL, change nothing', () => {
  const counts = new CellCounts()
  counts.addWritten('{"failed" : 3}')
  counts.addWritten('{"failed":1,"D14" : 2}')
  expect(counts.cells()).toEqual(new Map(Object.entries({ failed: 4, D14: 2 })))
})

test.each(['{"success', '{"D14', '{"D14:3}', '{"D96":1}'])('%s is damaged, and said to be', (text) => {
  expect(() => new CellCounts().addWritten(text)).toThrow('damaged')
})
