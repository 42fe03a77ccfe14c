import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/manual-clock.ts'
import { FETCH_MS_MAX, pulledExample } from './pulled-example.ts'

const EVENT = {
  id: 'evt_1',
  type: 'call.completed',
  agentId: null,
  callId: null,
  createdAt: 1,
  acceptedAt: 1,
  envelope: '{}',
  testOf: 'h',
}
const DELIVERY = { id: 'd' }

function waiting(options: { readonly isStopping?: () => boolean } = {}) {
  const clock = new ManualClock()
  const storage = {
    listDeliveries: async () => ({ rows: [DELIVERY], next: null }),
    listAttempts: async () => ({ rows: [], next: null }),
  }
  // Of a delivery nothing but its id is looked at.
  const dependencies = { clock, storage: storage as never, isStopping: options.isStopping ?? (() => false) }
  return { clock, result: pulledExample(dependencies, EVENT, 'w') }
}

test('a test that no consumer fetches is refused once a push would have timed out, and names its delivery', async () => {
  const { clock, result } = waiting()
  const refused = expect(result).rejects.toMatchObject({ code: 'TEST_NOT_FETCHED', details: { id: 'd', seconds: 15 } })
  await clock.advance(FETCH_MS_MAX + 1000)
  await refused
})

test('a server that stops does not wait for a consumer', async () => {
  await expect(waiting({ isStopping: () => true }).result).rejects.toMatchObject({ code: 'NOT_READY' })
})
