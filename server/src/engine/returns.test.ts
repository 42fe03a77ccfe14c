import { Refusal } from '@timbre/contract/errors.ts'
import pino from 'pino'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { IDLE_LOOP } from '../platform/event-loop.ts'
import type { DeliveryLease } from '../storage/storage.ts'
import type { HeldDelivery } from './held-delivery.ts'
import { Returns } from './returns.ts'

const LEASE_MS = 60_000

function returning() {
  const clock = new ManualClock()
  const taken: string[] = []
  const store = { isAway: true }
  const releaseDeliveries = async (leases: readonly DeliveryLease[]) => {
    if (store.isAway) throw new Refusal('STORAGE_UNAVAILABLE', { fault: 'away', retryAfterSeconds: 1 })
    taken.push(...leases.map(({ id }) => id))
  }
  const returns = new Returns({
    clock,
    loop: IDLE_LOOP,
    storage: { releaseDeliveries },
    log: pino({ level: 'silent' }),
    onReturned: () => {},
  })
  // Of a delivery only its lease matters here.
  const held = (id: string) =>
    ({ workspaceId: 'w', id, leaseToken: 't', leaseUntil: clock.now() + LEASE_MS }) as HeldDelivery
  return { clock, returns, taken, store, held }
}

test('what is released while the store is away is released when it has returned', async () => {
  const { clock, returns, taken, store, held } = returning()
  returns.add(held('a'))
  returns.add(held('b'))
  await clock.advance(LEASE_MS / 2)
  expect(taken).toEqual([])
  store.isAway = false
  await clock.advance(1000)
  expect(taken.sort()).toEqual(['a', 'b'])
})

test('what could not be released before its lease ended, or before the stop, is left to the lease', async () => {
  const { clock, returns, held } = returning()
  returns.add(held('a'))
  await clock.advance(LEASE_MS + 1000)
  expect(clock.pending).toBe(0)
  returns.add(held('b'))
  returns.stop()
  await clock.advance(1000)
  expect(clock.pending).toBe(0)
})
