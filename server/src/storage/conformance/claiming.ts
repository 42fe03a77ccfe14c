// Owns the guarantees of claimDue, nextDueAt and of leases: who gets a delivery, when, and who gets it back.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLAIMED_ENVELOPE_BYTES_MAX, type LeaseOffer } from '../storage.ts'
import { Fixture, found, type MakeStorage, MINUTE_MS, only } from './fixture.ts'

export function claimingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const webhooksOf = (claimed: readonly { readonly webhookId: string }[]) => claimed.map(({ webhookId }) => webhookId)

  describe('claiming due deliveries', () => {
    test('brings everything that an attempt needs, under the lease that was offered', async () => {
      const webhook = await fixture.addWebhook()
      const event = fixture.event()
      await fixture.accept([event], fixture.noCapacity())
      const offer = fixture.offer()
      const claimed = only(await fixture.storage.claimDue(offer, fixture.now))
      expect(claimed).toEqual({
        workspaceId: fixture.workspaceId,
        id: (await fixture.delivery()).id,
        webhookId: webhook.id,
        webhookVersion: 1,
        eventId: event.id,
        eventKey: event.type,
        orderKey: null,
        createdAt: event.acceptedAt,
        attempts: 0,
        scheduledAttempts: 0,
        trigger: 'automatic',
        succeededBefore: false,
        leaseToken: offer.token,
        place: expect.any(Number),
        envelope: event.envelope,
        envelopeBytes: Buffer.byteLength(event.envelope),
      })
      expect(await fixture.delivery()).toMatchObject({ status: 'sending', nextAttemptAt: null })
    })

    test('gives a delivery to one claim only', async () => {
      await fixture.addWebhook()
      await fixture.accept(fixture.events(3), fixture.noCapacity())
      const claims = await Promise.all([
        fixture.claim({ limit: 2 }),
        fixture.claim({ limit: 2 }),
        fixture.claim({ limit: 2 }),
      ])
      expect(new Set(claims.flat().map(({ id }) => id)).size).toBe(3)
      expect(claims.flat().length).toBe(3)
    })

    test('takes what is due and leaves what is not', async () => {
      await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(2))
      const [first, second] = leased
      await fixture.record(
        fixture.failure(found(first), { nextAttemptAt: fixture.now + 10 }),
        fixture.failure(found(second), { nextAttemptAt: fixture.now + 20 }),
      )
      expect(await fixture.claim({}, fixture.now + 9)).toEqual([])
      expect(only(await fixture.claim({}, fixture.now + 10)).id).toBe(first?.id)
      expect(only(await fixture.claim({}, fixture.now + 20)).id).toBe(second?.id)
    })

    test('takes the oldest of a webhook first', async () => {
      await fixture.addWebhook()
      const events = fixture.events(6)
      await fixture.accept(events, fixture.noCapacity())
      const claimed = [...(await fixture.claim({ limit: 4 })), ...(await fixture.claim({ limit: 4 }))]
      expect(claimed.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id))
    })

    test('takes no more of a webhook than its capacity, however much is due', async () => {
      const full = await fixture.addWebhook()
      const small = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      await fixture.accept(fixture.events(5), fixture.noCapacity())
      const capacity: LeaseOffer['capacity'] = [
        [full.id, 0],
        [small.id, 2],
      ]
      const claimed = webhooksOf(await fixture.claim({ limit: 100, capacityDefault: 3, capacity }))
      const count = (id: string) => claimed.filter((webhookId) => webhookId === id).length
      expect([count(full.id), count(small.id), count(other.id)]).toEqual([0, 2, 3])
    })

    test('deals the limit out evenly between webhooks, one by one', async () => {
      const webhooks = [await fixture.addWebhook(), await fixture.addWebhook(), await fixture.addWebhook()]
      await fixture.accept(fixture.events(10), fixture.noCapacity())
      const claimed = webhooksOf(await fixture.claim({ limit: 9 }))
      const ids = webhooks.map(({ id }) => id).sort()
      for (const start of [0, 3, 6]) expect(claimed.slice(start, start + 3).sort()).toEqual(ids)
    })

    test('what one webhook leaves of its share goes to the others', async () => {
      const few = await fixture.addWebhook()
      await fixture.accept(fixture.events(1), fixture.noCapacity())
      const many = await fixture.addWebhook()
      await fixture.storage.updateWebhook(fixture.workspaceId, few.id, { isActive: false }, fixture.context())
      await fixture.accept(fixture.events(9), fixture.noCapacity())
      await fixture.storage.updateWebhook(fixture.workspaceId, few.id, { isActive: true }, fixture.context())
      const claimed = webhooksOf(await fixture.claim({ limit: 8 }))
      expect(claimed.filter((id) => id === few.id).length).toBe(1)
      expect(claimed.filter((id) => id === many.id).length).toBe(7)
    })

    test('with more webhooks than the limit every one gets its turn', async () => {
      for (let count = 0; count < 7; count++) await fixture.addWebhook()
      await fixture.accept(fixture.events(4), fixture.noCapacity())
      const claimed: string[] = []
      for (let round = 0; round < 4; round++) claimed.push(...webhooksOf(await fixture.claim({ limit: 2 })))
      expect(new Set(claimed).size).toBe(7)
    })

    test('a webhook with thousands due does not keep another waiting', async () => {
      const busy = await fixture.addWebhook()
      await fixture.accept(fixture.events(3000), fixture.noCapacity())
      const quiet = await fixture.addWebhook()
      await fixture.accept(fixture.events(1), fixture.noCapacity())
      const claimed = webhooksOf(await fixture.claim({ limit: 10 }))
      expect(claimed.filter((id) => id === quiet.id).length).toBe(1)
      expect(claimed.filter((id) => id === busy.id).length).toBe(9)
    })

    test('takes no more of a workspace than its share, and what it leaves is for the others', async () => {
      await fixture.addWebhook()
      await fixture.addWebhook()
      await fixture.accept(fixture.events(5), fixture.noCapacity())
      const workspaceId = await fixture.addWorkspace()
      await fixture.addWebhook({ workspaceId })
      await fixture.storage.acceptEvents([{ workspaceId, events: fixture.events(5) }], fixture.noCapacity())
      const claimed = await fixture.claim({ limit: 100, workspaceDefault: 10, workspaces: [[fixture.workspaceId, 3]] })
      const count = (id: string) => claimed.filter((delivery) => delivery.workspaceId === id).length
      expect([count(fixture.workspaceId), count(workspaceId)]).toEqual([3, 5])
    })

    test('takes two of each webhook from the reserve when its workspace has used up its share, and none of one that is full', async () => {
      const [first, second, full] = [await fixture.addWebhook(), await fixture.addWebhook(), await fixture.addWebhook()]
      await fixture.accept(fixture.events(5), fixture.noCapacity())
      const offer = { limit: 50, reserve: 5, workspaceDefault: 0, capacity: [[full.id, 0]] as const }
      const claimed = webhooksOf(await fixture.claim(offer))
      expect(claimed.toSorted()).toEqual([first.id, first.id, second.id, second.id].toSorted())
      expect((await fixture.claim({ ...offer, limit: 1, reserve: 1 })).length).toBe(1)
    })

    test('brings no body that is long: it is read when it is sent', async () => {
      await fixture.addWebhook()
      const body = JSON.stringify({ text: 'ñ'.repeat(CLAIMED_ENVELOPE_BYTES_MAX / 2) })
      const exact = 'x'.repeat(CLAIMED_ENVELOPE_BYTES_MAX)
      await fixture.accept(
        [fixture.event({ envelope: body }), fixture.event({ envelope: exact })],
        fixture.noCapacity(),
      )
      const claimed = await fixture.claim()
      expect(claimed.map((delivery) => [delivery.envelope, delivery.envelopeBytes])).toEqual([
        [null, Buffer.byteLength(body)],
        [exact, CLAIMED_ENVELOPE_BYTES_MAX],
      ])
      expect(await fixture.storage.loadEnvelopes(claimed)).toEqual([body, exact])
    })

    test('takes nothing without capacity', async () => {
      await fixture.addWebhook()
      await fixture.accept(fixture.events(2), fixture.noCapacity())
      expect(await fixture.claim({ limit: 0 })).toEqual([])
      expect(await fixture.claim({ capacityDefault: 0 })).toEqual([])
    })

    test('what is queued for an inactive webhook waits until it is active again', async () => {
      const webhook = await fixture.addWebhook()
      await fixture.accept(fixture.events(2), fixture.noCapacity())
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context())
      expect(await fixture.claim()).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBeNull()
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: true }, fixture.context())
      expect((await fixture.claim()).length).toBe(2)
    })
  })

  describe('the bodies of what is held', () => {
    test('come in the order in which they are asked for, also of what was leased when it was accepted', async () => {
      await fixture.addWebhook()
      await fixture.addWebhook()
      const events = [fixture.event({ envelope: '{"nth":1}' }), fixture.event({ envelope: '{"nth":2}' })]
      const { leased } = await fixture.accept(events)
      const asked = leased.toReversed()
      const bodies = new Map(events.map(({ id, envelope }) => [id, envelope]))
      expect(await fixture.storage.loadEnvelopes(asked)).toEqual(asked.map(({ eventId }) => bodies.get(eventId)))
      expect(await fixture.storage.loadEnvelopes([])).toEqual([])
    })

    test('are null for what is not there, and for what is of another workspace', async () => {
      await fixture.addWebhook()
      const event = fixture.event({ callId: 'call-1' })
      const { leased } = await fixture.accept([event, fixture.event()])
      const [erased, kept] = [found(leased[0]), found(leased[1])]
      const request = { workspaceId: fixture.workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 100 }
      await fixture.storage.eraseCall(request)
      const foreign = { ...kept, workspaceId: await fixture.addWorkspace() }
      expect(await fixture.storage.loadEnvelopes([erased, kept, foreign])).toEqual([null, expect.any(String), null])
    })
  })

  describe('the next due time', () => {
    test('is null with nothing queued, and the earliest of all active webhooks else', async () => {
      expect(await fixture.storage.nextDueAt()).toBeNull()
      await fixture.addWebhook()
      await fixture.addWebhook()
      const { leased } = await fixture.accept([fixture.event()])
      expect(await fixture.storage.nextDueAt()).toBeNull()
      const times = [fixture.now + 70, fixture.now + 50]
      const failures = leased.map((delivery, index) =>
        fixture.failure(delivery, { nextAttemptAt: found(times[index]) }),
      )
      await fixture.record(...failures)
      expect(await fixture.storage.nextDueAt()).toBe(fixture.now + 50)
    })
  })

  describe('what is known of what is due', () => {
    const nextDueAt = () => fixture.storage.nextDueAt()

    test('is right after each way in which a delivery can be queued', async () => {
      const webhook = await fixture.addWebhook()
      await fixture.accept([fixture.event({ acceptedAt: fixture.now - 7 })], fixture.noCapacity())
      expect(await nextDueAt()).toBe(fixture.now - 7)
      const delivery = only(await fixture.claim())
      expect(await nextDueAt()).toBeNull()
      await fixture.storage.releaseDeliveries([delivery], fixture.now - 6)
      expect(await nextDueAt()).toBe(fixture.now - 6)
      await fixture.claim()
      await fixture.storage.rescueDeliveries(fixture.now - 5, true)
      expect(await nextDueAt()).toBe(fixture.now - 5)
      const again = only(await fixture.claim())
      await fixture.record(fixture.failure(again, { nextAttemptAt: fixture.now + 50 }))
      expect(await nextDueAt()).toBe(fixture.now + 50)
      const { workspaceId } = fixture
      await fixture.storage.retryDelivery(workspaceId, webhook.id, delivery.id, fixture.context('delivery.retried'))
      expect(await nextDueAt()).toBe(fixture.now)
      await fixture.record(fixture.result(only(await fixture.claim())))
      expect(await nextDueAt()).toBeNull()
    })

    test('is right when what came first is gone, whoever took it away', async () => {
      const { storage, workspaceId } = fixture
      const webhook = await fixture.addWebhook()
      await fixture.addWebhook()
      await fixture.accept([fixture.event({ callId: 'c', acceptedAt: fixture.now - 7 })], fixture.noCapacity())
      await fixture.accept([fixture.event({ acceptedAt: fixture.now - 3 })], fixture.noCapacity())
      await storage.eraseCall({ workspaceId, callId: 'c', now: fixture.now, rowsMax: 500 })
      expect(await nextDueAt()).toBe(fixture.now - 3)
      await storage.deleteWebhook(workspaceId, webhook.id, fixture.context('webhook.deleted'))
      await storage.endOrphanedDeliveries(500, fixture.now)
      expect((await fixture.claim()).length).toBe(1)
      expect(await nextDueAt()).toBeNull()
    })

    test('is right for the next one of a call, now and when an earlier one releases it', async () => {
      await fixture.addWebhook({ ordering: 'call' })
      const events = fixture.events(2, { callId: 'c', acceptedAt: fixture.now })
      const first = only((await fixture.accept(events)).leased)
      expect(await nextDueAt()).toBeNull()
      await fixture.record(fixture.failure(first, { nextAttemptAt: fixture.now + 50 }))
      expect(await nextDueAt()).toBe(fixture.now + 50)
      const retried = only(await fixture.claim({}, fixture.now + 50))
      await fixture.record(fixture.failure(retried, { nextAttemptAt: fixture.now + 3_600_000 }))
      // The second one's turn is known, and long before the retry.
      const turn = found(await nextDueAt())
      expect(turn).toBeLessThan(fixture.now + 3_600_000)
      const second = only(await fixture.claim({}, turn))
      await fixture.record(fixture.result(second))
      expect(await nextDueAt()).toBe(fixture.now + 3_600_000)
    })

    test('survives a restart', async () => {
      await fixture.addWebhook()
      await fixture.accept([fixture.event({ acceptedAt: fixture.now - 7 })], fixture.noCapacity())
      await fixture.reopen()
      expect(await nextDueAt()).toBe(fixture.now - 7)
    })

    test('one webhook whose lane is full does not hide what is due to another', async () => {
      const full = await fixture.addWebhook()
      await fixture.accept(fixture.events(3), fixture.noCapacity())
      const other = await fixture.addWebhook()
      await fixture.accept(fixture.events(1), fixture.noCapacity())
      expect(webhooksOf(await fixture.claim({ capacity: [[full.id, 0]] }))).toEqual([other.id])
      expect(webhooksOf(await fixture.claim({ capacity: [[full.id, 0]] }))).toEqual([])
      expect((await fixture.claim()).length).toBe(4)
    })
  })

  describe('leases', () => {
    test('a released delivery is queued again without an attempt, due when it was said', async () => {
      await fixture.addWebhook()
      const { leased } = await fixture.accept([fixture.event()])
      await fixture.storage.releaseDeliveries(leased, fixture.now + 5)
      expect(await fixture.delivery()).toMatchObject({ status: 'queued', attempts: 0, nextAttemptAt: fixture.now + 5 })
      expect(only(await fixture.claim({}, fixture.now + 5))).toMatchObject({ attempts: 0, scheduledAttempts: 0 })
    })

    test('a lease that was lost releases nothing', async () => {
      await fixture.addWebhook()
      const { leased } = await fixture.accept([fixture.event()])
      await fixture.storage.rescueDeliveries(fixture.now, true)
      await fixture.claim()
      await fixture.storage.releaseDeliveries(leased, fixture.now)
      expect((await fixture.delivery()).status).toBe('sending')
    })

    test('an expired lease is rescued and one that holds is not', async () => {
      await fixture.addWebhook()
      await fixture.accept([fixture.event()], fixture.offer({ until: fixture.now + 10 }))
      await fixture.accept([fixture.event()], fixture.offer({ until: fixture.now + 11 }))
      expect(await fixture.storage.rescueDeliveries(fixture.now + 10, false)).toBe(1)
      expect(await fixture.storage.rescueDeliveries(fixture.now + 10, false)).toBe(0)
      expect((await fixture.claim({}, fixture.now + 10)).length).toBe(1)
    })

    test('at the start of a single node every lease is reclaimed, also after a crash', async () => {
      await fixture.addWebhook()
      await fixture.accept(fixture.events(4))
      await fixture.reopen()
      expect(await fixture.storage.rescueDeliveries(fixture.now, true)).toBe(4)
      expect((await fixture.claim()).length).toBe(4)
    })

    test('the result of a lost lease is not written, and the other results of its batch are', async () => {
      await fixture.addWebhook()
      const lost = only((await fixture.accept([fixture.event()])).leased)
      await fixture.storage.rescueDeliveries(fixture.now, true)
      const again = only(await fixture.claim())
      const other = only((await fixture.accept([fixture.event()])).leased)
      expect(await fixture.record(fixture.result(lost), fixture.result(other))).toEqual([false, true])
      expect(await fixture.record(fixture.result(again))).toEqual([true])
      const attempts = await fixture.storage.listAttempts(fixture.workspaceId, lost.id, { limit: 9, before: null })
      expect(attempts.rows.length).toBe(1)
    })

    test('a result counts once, however often it comes', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = only((await fixture.accept([fixture.event()])).leased)
      const result = fixture.result(delivery)
      expect(await fixture.record(result, result)).toEqual([true, false])
      expect(await fixture.record(result)).toEqual([false])
      expect((await fixture.webhook(webhook.id)).successCount).toBe(1)
    })

    test('a rescued delivery keeps its attempts and its trigger', async () => {
      const webhook = await fixture.addWebhook()
      const delivery = only((await fixture.accept([fixture.event()])).leased)
      await fixture.record(fixture.failure(delivery, { status: 'failed', nextAttemptAt: null }))
      await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, delivery.id, fixture.context())
      await fixture.claim()
      await fixture.storage.rescueDeliveries(fixture.now + MINUTE_MS, true)
      const again = only(await fixture.claim({}, fixture.now + MINUTE_MS))
      expect(again).toMatchObject({ attempts: 1, scheduledAttempts: 1, trigger: 'manual' })
    })
  })
}
