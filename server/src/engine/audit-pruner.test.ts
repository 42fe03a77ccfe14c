// Owns the guarantees of pruning the audit log: a sweep goes on where its last batch ended, and rests between.
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { PruneAuditRequest, PruneAuditResult } from '../storage/storage.ts'
import { AuditPruner } from './audit-pruner.ts'

test('a sweep goes from batch to batch with rests between, and the next one begins after ten minutes', async () => {
  const results: PruneAuditResult[] = [
    { removed: 500, next: null, isDone: false },
    { removed: 3, next: '', isDone: false },
    { removed: 0, next: 'w1', isDone: false },
    { removed: 0, next: null, isDone: true },
  ]
  const asked: PruneAuditRequest[] = []
  const clock = new ManualClock()
  const faults: unknown[] = []
  const pruner = new AuditPruner({
    clock,
    trusted: { begin: () => {}, now: async () => clock.now() },
    retention: { days: 7, entriesMax: 10 },
    onFault: (error) => faults.push(error),
    storage: {
      async pruneAuditEntries(request) {
        asked.push(request)
        return results[(asked.length - 1) % results.length] ?? { removed: 0, next: null, isDone: true }
      },
    },
  })
  pruner.start()
  for (let batch = 1; batch <= 4; batch++) {
    await clock.advance(batch === 1 ? 0 : 4)
    expect(asked).toHaveLength(Math.max(batch - 1, 1))
    if (batch > 1) await clock.advance(1)
    expect(asked).toHaveLength(batch)
  }
  expect(asked.map(({ after }) => after)).toEqual([null, null, '', 'w1'])
  expect(asked[0]).toMatchObject({ now: clock.now() - 15, retentionDays: 7, entriesMax: 10, rowsMax: 500 })
  await clock.advance(10 * 60_000 - 1)
  expect(asked).toHaveLength(4)
  await clock.advance(1)
  expect(asked.map(({ after }) => after)).toEqual([null, null, '', 'w1', null])
  await pruner.stop()
  expect(faults).toEqual([])
})

test('nothing is pruned as long as the clock is not believed', async () => {
  const clock = new ManualClock()
  let asked = 0
  let time: number | null = null
  const pruner = new AuditPruner({
    clock,
    trusted: { begin: () => {}, now: async () => time },
    retention: { days: 7, entriesMax: 10 },
    onFault: () => {},
    storage: {
      async pruneAuditEntries({ now }) {
        expect(now).toBe(5)
        asked++
        return { removed: 0, next: null, isDone: true }
      },
    },
  })
  pruner.start()
  await clock.advance(9 * 60_000)
  expect(asked).toBe(0)
  time = 5
  await clock.advance(60_000)
  expect(asked).toBe(1)
  await pruner.stop()
})
