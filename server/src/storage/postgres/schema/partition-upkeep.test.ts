// Owns the tests that partitions which cannot be made are told of, and when they become the operator's trouble.
import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../../../test/support/manual-clock.ts'
import { PartitionUpkeep } from './partition-upkeep.ts'

/** Connections are refused as long as `isDown`, and then everything is there already. */
function upkeep() {
  const state = { isDown: true, faults: 0 }
  const clock = new ManualClock()
  const client = { query: async () => ({ rows: [{ count: 12 }] }), release() {} }
  const connect = async () => {
    if (state.isDown) throw new Error('there is no capacity on the disk')
    return client
  }
  // Of a pool it needs a connection only.
  const pool = { connect } as unknown as Pool
  const of = new PartitionUpkeep({ pool, clock, now: () => clock.now(), onFault: () => state.faults++ })
  return { clock, of, state }
}

test('each failure is told, tried again after a minute, and shown once it has lasted for two hours', async () => {
  const { clock, of, state } = upkeep()
  await of.start()
  expect([state.faults, of.trouble()]).toEqual([1, undefined])
  await clock.advance(60_000)
  expect(state.faults).toBe(2)
  await clock.advance(2 * 3_600_000)
  expect(of.trouble()).toContain('partitions')
  state.isDown = false
  await clock.advance(60_000)
  expect(of.trouble()).toBeUndefined()
  const before = state.faults
  await clock.advance(24 * 3_600_000)
  expect(state.faults).toBe(before)
  await of.stop()
})
