import type { StatisticsCounts } from '@timbre/contract/statistics.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attemptCell, latencyCell, writeCells } from './cells.ts'
import { countedBuckets } from './counted-buckets.ts'
import { binOf } from './latency-bins.ts'
import { mergedBuckets } from './merged-buckets.ts'

const HOUR_MS = 3_600_000
const NAMES = [
  attemptCell({ outcome: 'answered', status: 200, phase: null, fault: null }),
  attemptCell({ outcome: 'answered', status: 503, phase: null, fault: null }),
  attemptCell({ outcome: 'timed_out', status: null, phase: 'first_byte', fault: null }),
  'success',
  'failed',
  ...[0, 0.2, 7, 900_000].flatMap((ms) => [latencyCell('dns', binOf(ms)), latencyCell('total', binOf(ms))]),
]
const row = fc.record({
  at: fc.integer({ min: 0, max: 5 * HOUR_MS }),
  cells: fc
    .array(fc.tuple(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 1000 })), { maxLength: 8 })
    .map((cells) => writeCells(new Map(cells))),
})

test('of any rows each bucket counts what its own cells add up to, and the total what all do', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const merged = [...mergedBuckets(rows, HOUR_MS)]
      const { buckets, total } = countedBuckets(rows, HOUR_MS)
      expect(buckets.map(({ start }) => start)).toEqual(merged.map(([start]) => start))
      for (const [nth, [, cells]] of merged.entries()) expect(buckets[nth]?.counts).toMatchObject(plain(cells))
      const all = countedBuckets(
        rows.map((each) => ({ ...each, at: 0 })),
        HOUR_MS,
      )
      expect([...total.others]).toEqual(expect.arrayContaining([...all.total.others]))
      expect(total.histogram('total')).toEqual(all.total.histogram('total'))
      expect(total.histogram('dns')).toEqual(all.total.histogram('dns'))
    }),
  )
})

test('a median and its neighbours are those of the bucket, not of one before', () => {
  const of = (ms: number, count: number) => `{"${latencyCell('total', binOf(ms))}":${count}}`
  const { buckets } = countedBuckets(
    [
      { at: 0, cells: of(10, 9) },
      { at: HOUR_MS, cells: of(1000, 1) },
    ],
    HOUR_MS,
  )
  expect(buckets.map(({ counts }) => counts.latency.total?.count)).toEqual([9, 1])
  expect(buckets[1]?.counts.latency).toMatchObject({ dns: null, total: { p50: 1062.37 } })
})

/** What can be told of cells without looking at bins. */
function plain(
  cells: ReadonlyMap<string, number>,
): Pick<StatisticsCounts, 'attempts' | 'deliveriesSucceeded' | 'deliveriesFailed'> {
  const attempts = [...cells].reduce((sum, [name, count]) => sum + (name.includes('|') ? count : 0), 0)
  return { attempts, deliveriesSucceeded: cells.get('success') ?? 0, deliveriesFailed: cells.get('failed') ?? 0 }
}
