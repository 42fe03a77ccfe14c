// Owns the guarantees of `ordering: call` (CONTRACT §2, Webhook): one at a time per call, held for 5 minutes at most.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ORDER_HOLD_MS } from '../shared/order-hold.ts'
import type { ClaimedDelivery, LeasedDelivery } from '../storage.ts'
import { Fixture, found, type MakeStorage, only } from './fixture.ts'

export function orderingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const call = (count: number, callId = 'call-1') => fixture.events(count, { callId })
  const eventsOf = (deliveries: readonly LeasedDelivery[]) => deliveries.map(({ eventId }) => eventId)
  const ids = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id)

  /** Claims and succeeds until nothing is left; returns the events in the order in which they were sent. */
  async function deliverAll(now: number): Promise<string[]> {
    const sent: string[] = []
    for (;;) {
      const claimed: ClaimedDelivery[] = await fixture.claim({}, now)
      if (claimed.length === 0) return sent
      sent.push(...eventsOf(claimed))
      await fixture.record(...claimed.map((delivery) => fixture.result(delivery)))
    }
  }

  describe('ordering by call', () => {
    test('one delivery of a call is out at a time, in publish order', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const events = call(4)
      const { leased, overflow } = await fixture.accept(events)
      expect(eventsOf(leased)).toEqual([events[0]?.id])
      expect(only(leased).orderKey).toBe('call-1')
      // The others are not due, so that nobody is woken for nothing.
      expect(overflow).toBe(0)
      expect(await fixture.storage.nextDueAt()).toBeNull()
      expect(await fixture.claim()).toEqual([])
      await fixture.record(fixture.result(only(leased)))
      expect(await deliverAll(fixture.now + 1000)).toEqual(ids(events.slice(1)))
    })

    test('the end of one makes the next due at once and says so', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const { leased } = await fixture.accept(call(3))
      const result = await fixture.storage.recordAttempts([fixture.result(only(leased))], fixture.offer())
      expect(result.overflow).toBe(1)
      expect((await fixture.claim({}, fixture.now + 10_000)).length).toBe(1)
    })

    test('a delivery that fails for good lets the next one go too', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const events = call(2)
      const { leased } = await fixture.accept(events)
      await fixture.record(fixture.failure(only(leased), { status: 'failed', nextAttemptAt: null }))
      expect(await deliverAll(fixture.now + 10_000)).toEqual([events[1]?.id])
    })

    test('another call, another webhook and events without a call are not held back', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      await fixture.addWebhook({ ordering: 'none' })
      const { leased } = await fixture.accept([...call(2, 'a'), ...call(2, 'b'), ...fixture.events(2)])
      // Ordered: one each of a and b, and two without a call. Unordered: all six.
      expect(leased.length).toBe(4 + 6)
    })

    test('also those that did not fit into memory keep their order', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const events = call(3)
      const { overflow } = await fixture.accept(events, fixture.noCapacity())
      expect(overflow).toBe(1)
      expect(await deliverAll(fixture.now + 10_000)).toEqual(ids(events))
    })

    test('events that are accepted later wait behind those that are unfinished', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const first = call(1)
      await fixture.accept(first, fixture.noCapacity())
      const second = call(1)
      expect((await fixture.accept(second)).leased).toEqual([])
      expect(await deliverAll(fixture.now + 10_000)).toEqual(ids([...first, ...second]))
    })
  })

  describe('a failing delivery of a call', () => {
    const retryAt = () => fixture.now + 2 * ORDER_HOLD_MS
    const failing = async (count: number) => {
      const webhook = await fixture.addWebhook({ ordering: 'call' })
      const events = call(count)
      const delivery = only((await fixture.accept(events)).leased)
      const attempt = fixture.attempt({ startedAt: fixture.now, durationMs: 0, responseStatus: 503, error: '503' })
      await fixture.record(fixture.failure(delivery, { attempt, nextAttemptAt: retryAt() }))
      return { webhook, events, delivery }
    }

    test('holds back its call for five minutes from its first failure, then releases it', async () => {
      const { events } = await failing(3)
      expect(await fixture.claim({}, fixture.now + ORDER_HOLD_MS - 1)).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBe(fixture.now + ORDER_HOLD_MS)
      expect(await deliverAll(fixture.now + ORDER_HOLD_MS)).toEqual(ids(events.slice(1)))
      // The failing one itself is still tried on its own schedule.
      expect(eventsOf(await fixture.claim({}, retryAt()))).toEqual([events[0]?.id])
    })

    test('does not hold longer because it fails again', async () => {
      const { events } = await failing(2)
      const { webhookId, id } = found((await fixture.deliveries()).find(({ eventId }) => eventId === events[0]?.id))
      await fixture.storage.retryDelivery(fixture.workspaceId, webhookId, id, fixture.context())
      const again = only(await fixture.claim())
      const attempt = fixture.attempt({ number: 2, startedAt: fixture.now + 60_000, trigger: 'manual' })
      await fixture.record(fixture.failure(again, { attempt, nextAttemptAt: retryAt() }))
      expect(await deliverAll(fixture.now + ORDER_HOLD_MS)).toEqual([events[1]?.id])
    })

    test('releases its call at once when it succeeds within the five minutes', async () => {
      const { events, webhook, delivery } = await failing(2)
      await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, delivery.id, fixture.context())
      const again = only(await fixture.claim())
      const result = await fixture.storage.recordAttempts([fixture.result(again)], fixture.offer())
      expect(result.overflow).toBe(1)
      expect(await deliverAll(fixture.now + 10_000)).toEqual([events[1]?.id])
    })

    test('an event accepted while it holds waits for the same moment, and later ones are free', async () => {
      await failing(1)
      const during = call(1)
      expect((await fixture.accept(during)).leased).toEqual([])
      expect(await deliverAll(fixture.now + ORDER_HOLD_MS - 1)).toEqual([])
      expect(await deliverAll(fixture.now + ORDER_HOLD_MS)).toEqual(ids(during))
      const after = fixture.event({ callId: 'call-1', acceptedAt: fixture.now + ORDER_HOLD_MS + 1 })
      expect((await fixture.accept([after])).leased.length).toBe(1)
    })

    test('keeps its hold over a restart', async () => {
      const { events } = await failing(2)
      await fixture.reopen()
      await fixture.storage.rescueDeliveries(fixture.now, true)
      expect(await fixture.claim({}, fixture.now + ORDER_HOLD_MS - 1)).toEqual([])
      expect(await deliverAll(fixture.now + ORDER_HOLD_MS)).toEqual([events[1]?.id])
    })
  })

  describe('a blocked call', () => {
    test('starves no other call of the webhook, however much of it is blocked', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const { leased } = await fixture.accept(call(500, 'blocked'), fixture.offer({ limit: 1 }))
      expect(leased.length).toBe(1)
      await fixture.accept(call(1, 'other'), fixture.noCapacity())
      expect((await fixture.claim({ limit: 1, capacityDefault: 1 })).map(({ orderKey }) => orderKey)).toEqual(['other'])
    })

    test('a rescued delivery goes first again', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const events = call(3)
      await fixture.accept(events)
      await fixture.storage.rescueDeliveries(fixture.now, true)
      expect(await deliverAll(fixture.now + 10_000)).toEqual(ids(events))
    })

    test('a delivery asked for manually goes now and holds back nobody', async () => {
      const webhook = await fixture.addWebhook({ ordering: 'call' })
      const [done] = (await fixture.accept(call(1))).leased
      await fixture.record(fixture.result(found(done)))
      await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, found(done).id, fixture.context())
      expect((await fixture.accept(call(1))).leased.length).toBe(1)
      expect(only(await fixture.claim())).toMatchObject({ id: found(done).id, trigger: 'manual' })
    })

    test('a test send neither waits nor holds back', async () => {
      const webhook = await fixture.addWebhook({ ordering: 'call' })
      await fixture.accept(call(1))
      const tested = await fixture.accept([fixture.event({ callId: 'call-1', testOf: webhook.id })])
      expect(only(tested.leased).orderKey).toBeNull()
    })
  })
}
