// Owns the guarantees of acceptEvents: what is stored, who gets it, what is leased (CONTRACT §2, Event).
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { REQUEST_DELIVERIES_MAX } from '../shared/accept-rules.ts'
import type { LeaseOffer, NewEvent } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, OTHER_TYPE, only, TYPE } from './fixture.ts'

export function acceptingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  describe('accepting events', () => {
    test('an accepted event and its delivery are there after the store is opened again', async () => {
      const webhook = await fixture.addWebhook()
      const event = fixture.event({ agentId: randomUUID(), callId: 'call-1' })
      await fixture.accept([event])
      await fixture.reopen()
      const {
        body,
        seq: _,
        acceptedAt,
        ...stored
      } = found(await fixture.storage.findEvent(fixture.workspaceId, event.id))
      expect([body, acceptedAt]).toEqual([event.envelope, event.acceptedAt])
      const { id, type, agentId, callId, createdAt } = event
      expect(stored).toEqual({ id, type, agentId, callId, createdAt, deliveryCount: 1, isTest: 0 })
      expect(await fixture.delivery()).toMatchObject({ webhookId: webhook.id, eventId: id, status: 'sending' })
    })

    test('answers each request in order with its events in order', async () => {
      await fixture.addWebhook()
      const requests = [2, 1, 3].map((count) => ({ workspaceId: fixture.workspaceId, events: fixture.events(count) }))
      const { results } = await fixture.storage.acceptEvents(requests, fixture.offer())
      expect(results).toEqual(
        requests.map(({ events }) => ({
          kind: 'accepted',
          events: events.map(({ id, type, createdAt }) => ({
            id,
            type,
            createdAt,
            duplicate: false,
            deliveryCount: 1,
            agentId: null,
          })),
        })),
      )
    })

    test('a request that leads to too many deliveries adds nothing and leaves its key free; those beside it are as ever', async () => {
      const webhooks = 11
      for (let nth = 0; nth < webhooks; nth++) await fixture.addWebhook()
      const { workspaceId } = fixture
      const events = fixture.events(1000)
      const tooMany = REQUEST_DELIVERIES_MAX / webhooks + 1
      const key = { workspaceId, credential: 'admin', key: 'key-1', requestHash: 'a', expiresAt: fixture.now + 1000 }
      const { results, leased } = await fixture.storage.acceptEvents(
        [
          { workspaceId, events: events.slice(0, tooMany), idempotency: key },
          { workspaceId, events: events.slice(0, 2) },
        ],
        fixture.noCapacity(),
      )
      expect(results).toMatchObject([
        { kind: 'too_many_deliveries', deliveries: Math.floor(tooMany) * webhooks },
        { kind: 'accepted', events: [{ duplicate: false }, { duplicate: false }] },
      ])
      expect(leased).toEqual([])
      expect((await fixture.storage.listEvents(workspaceId, {}, HISTORY)).rows).toHaveLength(2)
      const fewer = { workspaceId, events: events.slice(0, tooMany - 1), idempotency: key }
      const after = await fixture.storage.acceptEvents([fewer], fixture.noCapacity())
      expect(after.results).toMatchObject([{ kind: 'accepted' }])
    })

    test('a request whose events are all there already is no larger for the webhooks that came since', async () => {
      const events = fixture.events(1000)
      await fixture.accept(events, fixture.noCapacity())
      for (let nth = 0; nth < 11; nth++) await fixture.addWebhook()
      const { results } = await fixture.accept(events, fixture.noCapacity())
      expect(results).toMatchObject([{ kind: 'accepted' }])
    })

    test('the body comes back as the bytes that went in: big integers, unicode, key order', async () => {
      await fixture.addWebhook()
      const body = '{"z":12345678901234567890,"a":"\\u0000 ñ 🔔 \u2028","k":1e400}'
      const event = fixture.event({ envelope: body })
      await fixture.accept([event], fixture.noCapacity())
      expect(only(await fixture.claim()).envelope).toBe(body)
      expect((await fixture.storage.findEvent(fixture.workspaceId, event.id))?.body).toBe(body)
    })

    test('goes to every active subscription of every active webhook, once each', async () => {
      const first = await fixture.addWebhook()
      const second = await fixture.addWebhook()
      await fixture.addSubscription(second.id, { eventKey: OTHER_TYPE })
      const inactive = await fixture.addWebhook({ isActive: false })
      const unsubscribed = await fixture.addWebhook()
      const paused = only(
        (await fixture.storage.listSubscriptions(fixture.workspaceId, unsubscribed.id, null, { page: 1, limit: 9 }))
          .rows,
      )
      await fixture.storage.updateSubscription(
        fixture.workspaceId,
        unsubscribed.id,
        paused.id,
        false,
        fixture.context(),
      )
      const { leased } = await fixture.accept([fixture.event()])
      expect(leased.map(({ webhookId }) => webhookId).sort()).toEqual([first.id, second.id].sort())
      expect((await fixture.deliveries({ webhookId: inactive.id })).length).toBe(0)
    })

    test('does not go to a deleted webhook, nor to another workspace', async () => {
      const deleted = await fixture.addWebhook()
      await fixture.storage.deleteWebhook(fixture.workspaceId, deleted.id, fixture.context('webhook.deleted'))
      await fixture.addWebhook({ workspaceId: await fixture.addWorkspace() })
      const { results, leased } = await fixture.accept([fixture.event()])
      expect(leased).toEqual([])
      expect(results).toMatchObject([{ kind: 'accepted', events: [{ deliveryCount: 0 }] }])
    })

    test('a webhook of an agent gets the events of that agent only', async () => {
      const agentId = randomUUID()
      const ofAgent = await fixture.addWebhook({ agentId })
      const ofAll = await fixture.addWebhook()
      const events = [fixture.event({ agentId }), fixture.event({ agentId: randomUUID() }), fixture.event()]
      await fixture.accept(events)
      expect((await fixture.deliveries({ webhookId: ofAgent.id })).map(({ eventId }) => eventId)).toEqual([
        events[0]?.id,
      ])
      expect((await fixture.deliveries({ webhookId: ofAll.id })).length).toBe(3)
    })

    test('a change of configuration counts from the next batch on', async () => {
      const webhook = await fixture.addWebhook()
      await fixture.accept([fixture.event()])
      await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: false }, fixture.context())
      await fixture.accept([fixture.event()])
      expect((await fixture.deliveries()).length).toBe(1)
    })

    test('what is leased comes in the order of the events, over all requests of a batch', async () => {
      await fixture.addWebhook()
      await fixture.addWebhook()
      const known = fixture.event()
      await fixture.accept([known])
      const [first, second, third] = fixture.events(3)
      if (first === undefined || second === undefined || third === undefined) throw new Error('There are three.')
      const { workspaceId } = fixture
      const requests = [
        { workspaceId, events: [third, known, first] },
        { workspaceId, events: [first, second] },
      ]
      const { leased } = await fixture.storage.acceptEvents(requests, fixture.offer())
      const order = [third, third, first, first, second, second]
      expect(leased.map(({ eventId }) => eventId)).toEqual(order.map(({ id }) => id))
    })

    test('the delivery names the subscription, the event and the version of the webhook', async () => {
      const webhook = await fixture.addWebhook()
      await fixture.storage.updateWebhook(
        fixture.workspaceId,
        webhook.id,
        { url: 'https://b.example/' },
        fixture.context(),
      )
      const subscription = only(
        (await fixture.storage.listSubscriptions(fixture.workspaceId, webhook.id, true, { page: 1, limit: 9 })).rows,
      )
      const event = fixture.event()
      const offer = fixture.offer()
      const leased = only((await fixture.accept([event], offer)).leased)
      const delivery = await fixture.delivery()
      expect(delivery).toMatchObject({
        subscriptionId: subscription.id,
        nextAttemptAt: null,
        attempts: 0,
        lastError: null,
      })
      expect(leased).toEqual({
        workspaceId: fixture.workspaceId,
        id: delivery.id,
        webhookId: webhook.id,
        webhookVersion: 2,
        eventId: event.id,
        eventKey: TYPE,
        orderKey: null,
        createdAt: event.acceptedAt,
        attempts: 0,
        scheduledAttempts: 0,
        trigger: 'automatic',
        succeededBefore: false,
        leaseToken: offer.token,
        place: expect.any(Number),
      })
    })
  })

  describe('a repeated event id', () => {
    test('is a duplicate with what was stored the first time, and adds nothing', async () => {
      await fixture.addWebhook()
      const event = fixture.event()
      await fixture.accept([event])
      await fixture.addWebhook()
      const again = {
        ...event,
        createdAt: event.createdAt + 5,
        envelope: event.envelope.replace(',"data":', ',"data": '),
      }
      const { results, leased } = await fixture.accept([again])
      const { id, type, createdAt } = event
      expect(results).toEqual([
        { kind: 'accepted', events: [{ id, type, createdAt, duplicate: true, deliveryCount: 1, agentId: null }] },
      ])
      expect(leased).toEqual([])
      expect((await fixture.deliveries()).length).toBe(1)
      expect((await fixture.storage.findEvent(fixture.workspaceId, id))?.body).toBe(event.envelope)
    })

    test('with another type or other data is refused with its whole request, and nothing of that is stored', async () => {
      await fixture.addWebhook()
      const [stored, fresh, later] = fixture.events(3) as [NewEvent, NewEvent, NewEvent] // three were asked for
      await fixture.accept([stored])
      const otherData = { ...stored, envelope: stored.envelope.replace('voz', 'otra') }
      const otherType = { ...stored, type: OTHER_TYPE }
      const shorter = { ...stored, envelope: '{"data":{}}' }
      const twice = { ...fresh, envelope: otherData.envelope }
      const requests = [[fresh, otherData], [otherType], [shorter], [fresh, twice], [fresh, later, stored], [twice]]
      const { results } = await fixture.storage.acceptEvents(
        requests.map((events) => ({ workspaceId: fixture.workspaceId, events })),
        fixture.offer(),
      )
      expect(results.map((result) => ('place' in result ? result.place : result.kind))).toEqual([
        1,
        0,
        0,
        1,
        'accepted',
        0,
      ])
      expect(results[4]).toMatchObject({ events: [{ duplicate: false }, { duplicate: false }, { duplicate: true }] })
      expect((await fixture.deliveries()).length).toBe(3)
      expect((await fixture.storage.findEvent(fixture.workspaceId, fresh.id))?.body).toBe(fresh.envelope)
    })

    test('is a duplicate within one batch too, also in another request', async () => {
      await fixture.addWebhook()
      const event = fixture.event()
      const requests = [[event, event], [event]].map((events) => ({ workspaceId: fixture.workspaceId, events }))
      const { results, leased } = await fixture.storage.acceptEvents(requests, fixture.offer())
      const duplicates = results.map(
        (result) => result.kind === 'accepted' && result.events.map((row) => row.duplicate),
      )
      expect(duplicates).toEqual([[false, true], [true]])
      expect(leased.length).toBe(1)
    })

    test('is a new event in another workspace', async () => {
      const other = await fixture.addWorkspace()
      const event = fixture.event()
      await fixture.accept([event])
      const { results } = await fixture.storage.acceptEvents([{ workspaceId: other, events: [event] }], fixture.offer())
      expect(results).toMatchObject([{ events: [{ duplicate: false }] }])
    })
  })

  describe('leasing while accepting', () => {
    test('leases up to the limit and queues the rest as due now', async () => {
      await fixture.addWebhook()
      const { leased, overflow } = await fixture.accept(fixture.events(5), fixture.offer({ limit: 3 }))
      expect([leased.length, overflow]).toEqual([3, 2])
      const queued = await fixture.deliveries({ status: 'queued' })
      expect(queued.map(({ nextAttemptAt, createdAt }) => nextAttemptAt === createdAt)).toEqual([true, true])
      expect((await fixture.claim()).length).toBe(2)
    })

    test('leases no more of a webhook than its capacity, and the default for the others', async () => {
      const full = await fixture.addWebhook()
      const small = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      const capacity: LeaseOffer['capacity'] = [
        [full.id, 0],
        [small.id, 1],
      ]
      const { leased, overflow } = await fixture.accept(
        fixture.events(3),
        fixture.offer({ capacityDefault: 2, capacity }),
      )
      const count = (id: string) => leased.filter(({ webhookId }) => webhookId === id).length
      expect([count(full.id), count(small.id), count(other.id), overflow]).toEqual([0, 1, 2, 6])
    })
  })

  describe('the first wait of a schedule', () => {
    test("is the webhook's own, else that of the service, and nothing is leased before it is over", async () => {
      const own = await fixture.addWebhook({ retrySchedule: [8, 4] })
      const atOnce = await fixture.addWebhook({ retrySchedule: [0, 4] })
      const others = await fixture.addWebhook()
      const event = fixture.event()
      const { leased, overflow } = await fixture.accept([event], fixture.offer({ firstWaitMs: 3000 }))
      expect(leased.map(({ webhookId }) => webhookId)).toEqual([atOnce.id])
      expect(overflow).toBe(2)
      const waiting = await fixture.deliveries({ status: 'queued' })
      const waits = waiting.map(({ webhookId, nextAttemptAt }) => [webhookId, (nextAttemptAt ?? 0) - event.acceptedAt])
      expect(new Map(waits as [string, number][])).toEqual(
        new Map([
          [own.id, 8000],
          [others.id, 3000],
        ]),
      )
      expect(await fixture.claim({}, event.acceptedAt + 2999)).toEqual([])
      expect(only(await fixture.claim({}, event.acceptedAt + 3000)).webhookId).toBe(others.id)
      expect(await fixture.storage.nextDueAt()).toBe(event.acceptedAt + 8000)
    })
  })

  describe('a test send', () => {
    test('goes to its webhook only, leased without capacity, whether active and subscribed or not', async () => {
      const webhook = fixture.webhookRow({ isActive: false })
      await fixture.storage.createWebhook(webhook, 100, fixture.context())
      await fixture.addWebhook()
      const { leased, results } = await fixture.accept([fixture.event({ testOf: webhook.id })], fixture.noCapacity())
      expect(only(leased)).toMatchObject({ webhookId: webhook.id, trigger: 'test', orderKey: null })
      expect(results).toMatchObject([{ events: [{ deliveryCount: 1 }] }])
      expect(await fixture.delivery()).toMatchObject({ status: 'sending', subscriptionId: null })
    })

    test('names the subscription for its type when there is one', async () => {
      const webhook = await fixture.addWebhook()
      await fixture.accept([fixture.event({ testOf: webhook.id })])
      const { rows } = await fixture.storage.listSubscriptions(fixture.workspaceId, webhook.id, null, {
        page: 1,
        limit: 9,
      })
      expect((await fixture.delivery()).subscriptionId).toBe(only(rows).id)
    })

    test('is marked as one wherever its event is read', async () => {
      const webhook = await fixture.addWebhook()
      const { workspaceId, storage } = fixture
      const [real, tested] = [fixture.event({ callId: 'c' }), fixture.event({ callId: 'c', testOf: webhook.id })]
      await fixture.accept([real, tested])
      const marks = (rows: readonly { readonly id: string; readonly isTest: 0 | 1 }[]) =>
        new Map(rows.map(({ id, isTest }) => [id, isTest]))
      const expected = new Map([
        [real.id, 0],
        [tested.id, 1],
      ])
      const detail = await Promise.all(
        [real, tested].map(async ({ id }) => found(await storage.findEvent(workspaceId, id))),
      )
      expect(marks(detail)).toEqual(expected)
      expect(marks((await storage.listEvents(workspaceId, {}, HISTORY)).rows)).toEqual(expected)
      expect(marks(found(await storage.findCall(workspaceId, 'c')).events)).toEqual(expected)
      expect(marks(only((await storage.listCalls(workspaceId, {}, HISTORY)).rows).events)).toEqual(expected)
    })

    test('reaches no webhook of another workspace and no deleted one', async () => {
      const foreign = await fixture.addWebhook({ workspaceId: await fixture.addWorkspace() })
      const deleted = await fixture.addWebhook()
      await fixture.storage.deleteWebhook(fixture.workspaceId, deleted.id, fixture.context('webhook.deleted'))
      const events = [foreign, deleted].map(({ id }) => fixture.event({ testOf: id }))
      expect((await fixture.accept(events)).leased).toEqual([])
      expect((await fixture.storage.listEvents(fixture.workspaceId, {}, HISTORY)).rows.length).toBe(2)
    })
  })
}
