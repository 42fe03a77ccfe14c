import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EVENT_IDS, type MovedRow } from './moved-tables.ts'
import { differences, Tally } from './tally.ts'

const row = fc.tuple(fc.constantFrom('w1', 'w2'), fc.string(), fc.integer(), fc.nat()).map((cells): MovedRow => cells)

function linesOf(rows: readonly MovedRow[]) {
  const tally = new Tally()
  tally.add(EVENT_IDS, rows)
  return tally.lines()
}

test('the same rows in any order have the same counts and checksums', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (rows, cut) => {
      const turned = [...rows.slice(cut), ...rows.slice(0, cut)].toReversed()
      expect(differences(linesOf(rows), linesOf(turned))).toEqual([])
    }),
  )
})

test('one cell that differs, a row that is missing or one that is there twice is told with table and workspace', () => {
  const rows: MovedRow[] = [
    ['w1', 'a', 1, 1],
    ['w2', 'b', 1, 2],
  ]
  const others: MovedRow[][] = [
    [
      ['w1', 'a', 1, 3],
      ['w2', 'b', 1, 2],
    ],
    [['w2', 'b', 1, 2]],
    [...rows, ['w1', 'a', 1, 1]],
    [
      ['w1', 'a', null, 1],
      ['w2', 'b', 1, 2],
    ],
  ]
  for (const other of others)
    expect(differences(linesOf(rows), linesOf(other))).toMatchObject([{ table: 'event_ids', workspaceId: 'w1' }])
})

test('a checksum has 16 hexadecimal digits', () => {
  expect(linesOf([['w1', 'a', 1, 1]])[0]?.checksum).toMatch(/^[0-9a-f]{16}$/)
})
