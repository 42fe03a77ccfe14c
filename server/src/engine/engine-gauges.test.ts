import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { engineGauges } from './engine-gauges.ts'

const clock = new ManualClock()
const held = {
  lanes: { inFlight: 1, waiting: 2, waitingForOrigin: 3, unrecorded: 4 },
  acceptor: { expectedWaitMs: 5 },
  memory: { size: 6 },
  bodies: { count: 7 },
}
const oldest = (nextDueAt: () => Promise<number | null>) =>
  engineGauges({ clock, storage: { nextDueAt }, ...held }).oldestDueMs()

test('how long the oldest is due is 0 when nothing is, and unknown while the storage cannot say', async () => {
  expect(await oldest(async () => clock.now() - 1500)).toBe(1500)
  expect(await oldest(async () => clock.now() + 1500)).toBe(0)
  expect(await oldest(async () => null)).toBe(0)
  expect(await oldest(() => Promise.reject(new Error('down')))).toBeNaN()
})
