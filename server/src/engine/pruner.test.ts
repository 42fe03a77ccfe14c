import { describe, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import type { PruneRequest, PruneResult, RemovedRows } from '../storage/storage.ts'
import { Pruner, REMOVAL_ROWS_MAX } from './pruner.ts'
import { TrustedClock } from './trusted-clock.ts'

const DAY_MS = 24 * 3_600_000
const REMOVED = { events: 1, deliveries: 1, attempts: 1 }

/** A storage whose batches take a time each and lead to the given positions. */
function pruning(batchMs: number, positions: readonly PruneResult['next'][], idleMs = 0) {
  const clock = new ManualClock()
  const start = clock.now()
  const asked: { readonly at: number; readonly request: PruneRequest }[] = []
  const faults: unknown[] = []
  const swept: RemovedRows[] = []
  let pruned = 0
  let heldBack = 0
  const trusted = new TrustedClock({
    clock,
    storage: { newestTrace: async () => start - idleMs },
    retentionDays: 30,
  })
  const pruner = new Pruner({
    clock,
    trusted,
    retentionDays: 30,
    storage: {
      pruneStatistics: async () => 0,
      pruneEvents: (request) => {
        asked.push({ at: clock.now() - start, request })
        const next = positions[asked.length - 1]
        return new Promise((resolve, reject) => {
          clock.schedule(
            () => (next === undefined ? reject(new Error('broken')) : resolve({ removed: REMOVED, next })),
            batchMs,
          )
        })
      },
    },
    onHeldBack: () => {
      heldBack++
    },
    onPruned: ({ events }) => {
      pruned += events
    },
    onSwept: (removed) => swept.push(removed),
    onFault: (error) => faults.push(error),
  })
  return { clock, pruner, asked, faults, swept, pruned: () => pruned, heldBack: () => heldBack }
}

const at = (seq: number) => ({ workspaceId: 'w', seq })

describe('the pruner', () => {
  test('goes on where the last batch ended, and rests three times as long as it took', async () => {
    const { clock, pruner, asked, pruned } = pruning(10, [at(5), at(9), null])
    pruner.start()
    await clock.advance(1000)
    expect(asked.map(({ at: when }) => when)).toEqual([0, 40, 80])
    expect(asked.map(({ request }) => request.from)).toEqual([null, at(5), at(9)])
    for (const { request } of asked)
      expect(request).toMatchObject({ retentionDaysDefault: 30, rowsMax: REMOVAL_ROWS_MAX })
    expect(pruned()).toBe(3)
    await pruner.stop()
  })

  test('tells at the end of each sweep what all of its batches removed', async () => {
    const { clock, pruner, swept } = pruning(10, [at(5), at(9), null, null])
    pruner.start()
    await clock.advance(1000)
    expect(swept).toEqual([{ events: 3, deliveries: 3, attempts: 3 }])
    await clock.advance(10 * 60_000)
    expect(swept.slice(1)).toEqual([{ events: 1, deliveries: 1, attempts: 1 }])
    await pruner.stop()
  })

  test('begins a new sweep from the beginning ten minutes after the last one ended', async () => {
    const { clock, pruner, asked } = pruning(10, [null, null])
    pruner.start()
    await clock.advance(10 * 60_000 + 20)
    expect(asked.map(({ at: when, request }) => [when, request.from])).toEqual([
      [0, null],
      [600_010, null],
    ])
    await pruner.stop()
  })

  test('holds back, and says so at each sweep, while the clock may be wrong: for a day', async () => {
    const { clock, pruner, asked, heldBack } = pruning(10, [null], 31 * DAY_MS)
    pruner.start()
    await clock.advance(DAY_MS - 1)
    expect([asked.length, heldBack()]).toEqual([0, 144])
    await clock.advance(100)
    expect(asked.length).toBe(1)
    await pruner.stop()
  })

  test('tells a fault and tries the same batch again', async () => {
    const { clock, pruner, asked, faults } = pruning(10, [at(5)])
    pruner.start()
    await clock.advance(1100)
    expect(faults).toHaveLength(2)
    expect(asked.map(({ request }) => request.from)).toEqual([null, at(5), at(5)])
    await pruner.stop()
  })
})
