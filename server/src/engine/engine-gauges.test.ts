import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { engineGauges } from './engine-gauges.ts'

const clock = new ManualClock()
const WAITING = { in_flight_limit: 1, rate_limit: 0, origin: 1, memory: 0, loading: 0, pause: 0, start: 0 }
const held = {
  lanes: { inFlight: 1, waiting: 2, waitingForOrigin: 3, unrecorded: 4, waitingFor: WAITING },
  acceptor: { expectedWaitMs: 5 },
  memory: { size: 6 },
  envelopes: { count: 7 },
}
const oldest = (nextDueAt: () => Promise<number | null>) =>
  engineGauges({
    clock,
    storage: { nextDueAt, countQueued: () => Promise.reject(new Error('down')) },
    ...held,
  }).oldestDueMs()

test('how long the oldest is due is 0 when nothing is, and unknown while the storage cannot say', async () => {
  expect(await oldest(async () => clock.now() - 1500)).toBe(1500)
  expect(await oldest(async () => clock.now() + 1500)).toBe(0)
  expect(await oldest(async () => null)).toBe(0)
  expect(await oldest(() => Promise.reject(new Error('down')))).toBeNaN()
})

test('what is queued is counted at most every 30 s, whoever asks how often, and is unknown while the storage cannot say', async () => {
  const counts = {
    due: 1,
    retry: 2,
    schedule: 3,
    callOrder: 4,
    consumer: 6,
    webhookInactive: 5,
    oldestCreatedAt: clock.now() - 7000,
  }
  let answer: () => Promise<typeof counts> = async () => counts
  let asked = 0
  const countQueued = () => {
    asked++
    return answer()
  }
  const gauges = engineGauges({ clock, storage: { nextDueAt: async () => null, countQueued }, ...held })
  const byReason = { due: 1, retry: 2, schedule: 3, call_order: 4, consumer: 6, webhook_inactive: 5 }
  const [first, second] = await Promise.all([gauges.queued(), gauges.queued()])
  expect([first, second]).toEqual([
    { byReason, oldestPendingMs: 7000 },
    { byReason, oldestPendingMs: 7000 },
  ])
  await clock.advance(29_999)
  await gauges.queued()
  expect(asked).toBe(1)
  await clock.advance(1)
  answer = () => Promise.reject(new Error('down'))
  expect(await gauges.queued()).toMatchObject({ byReason: { due: Number.NaN }, oldestPendingMs: Number.NaN })
  expect(asked).toBe(2)
})
