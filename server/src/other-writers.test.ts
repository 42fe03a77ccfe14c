// Owns the guarantee that a write of another process is told to whoever keeps a copy, once, and that nothing else is.
import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/manual-clock.ts'
import { OtherWriters } from './other-writers.ts'

test('a write of another process is told within half a second, once', async () => {
  const clock = new ManualClock()
  let writes = 7
  const told: unknown[] = []
  const storage = { writesOfOthers: async () => writes }
  const otherWriters = new OtherWriters({ clock, storage, log: { error: () => {} } })
  otherWriters.subscribe((change) => told.push(change))
  otherWriters.start()
  await clock.advance(2000)
  expect(told).toEqual([])
  writes = 8
  await clock.advance(500)
  expect(told).toEqual([{ kind: 'any' }])
  await clock.advance(2000)
  expect(told).toHaveLength(1)
  await otherWriters.stop()
})
