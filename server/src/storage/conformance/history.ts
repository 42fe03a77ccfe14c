// Owns the guarantees of the history lists: filters, order, pages that are stable while rows are added.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SCAN_ROWS_MAX } from '../queries/lists.ts'
import type { DeliveryFilter, EventFilter, NewEvent } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, OTHER_TYPE, TYPE } from './fixture.ts'

export function historyConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  describe('the history of events', () => {
    const list = async (filter: EventFilter) =>
      (await fixture.storage.listEvents(fixture.workspaceId, filter, HISTORY)).rows.map(({ id }) => id)

    test('is newest first, in pages that later events do not shift', async () => {
      const events = fixture.events(5)
      await fixture.accept(events)
      const page = (before: number | null) => fixture.storage.listEvents(fixture.workspaceId, {}, { limit: 2, before })
      const first = await page(null)
      await fixture.accept(fixture.events(3))
      const second = await page(first.next)
      const third = await page(second.next)
      const ids = [first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id))
      expect(ids).toEqual(events.map(({ id }) => id).reverse())
      expect(third.next).toBeNull()
    })

    test('every filter works alone and together with the others', async () => {
      const at = fixture.now
      const make = (fields: Partial<NewEvent>) => fixture.event({ createdAt: at, ...fields })
      const wanted = make({ callId: 'c1', type: TYPE, createdAt: at + 5 })
      const others = [
        make({ callId: 'c2', type: TYPE, createdAt: at + 5 }),
        make({ callId: 'c1', type: OTHER_TYPE, createdAt: at + 5 }),
        make({ callId: 'c1', type: TYPE, createdAt: at + 4 }),
        make({ callId: 'c1', type: TYPE, createdAt: at + 6 }),
      ]
      await fixture.accept([wanted, ...others])
      const together = { callId: 'c1', type: TYPE, id: wanted.id, since: at + 5, until: at + 6 }
      expect(await list(together)).toEqual([wanted.id])
      const { id: _, ...withoutId } = together
      expect(await list(withoutId)).toEqual([wanted.id])
      expect((await list({ callId: 'c1' })).length).toBe(4)
      expect((await list({ type: OTHER_TYPE })).length).toBe(1)
      expect((await list({ since: at + 5 })).length).toBe(4)
      expect((await list({ until: at + 5 })).length).toBe(1)
      expect(await list({ id: 'evt_none' })).toEqual([])
    })

    test('is found by its own time, however far that lies from the time it was accepted', async () => {
      const day = 24 * 60 * MINUTE_MS
      const [past, future, usual] = [-400, 400, 0].map((days) => fixture.now + days * day)
      const events = [past, usual, future, past, usual].map((createdAt) =>
        fixture.event({ createdAt: found(createdAt) }),
      )
      await fixture.accept(events)
      const ids = events.map(({ id }) => id)
      const at = (time: number | undefined) => ({ since: found(time), until: found(time) + 1 })
      expect(await list(at(past))).toEqual([ids[3], ids[0]])
      expect(await list(at(future))).toEqual([ids[2]])
      expect(await list(at(usual))).toEqual([ids[4], ids[1]])
      expect(await list({ since: found(usual) })).toEqual([ids[4], ids[2], ids[1]])
      expect(await list({ until: found(usual) + 1 })).toEqual([ids[4], ids[3], ids[1], ids[0]])
    })

    test('a filter that few fit looks at a bounded number of rows for a page, and the pages together miss none', async () => {
      const rare = [fixture.event({ type: OTHER_TYPE }), fixture.event({ type: OTHER_TYPE })]
      await fixture.accept([found(rare[0]), ...fixture.events(SCAN_ROWS_MAX + 10), found(rare[1])])
      const ids: string[] = []
      const sizes: number[] = []
      let before: number | null = null
      do {
        const request: { limit: number; before: number | null } = { limit: 10, before }
        const page = await fixture.storage.listEvents(fixture.workspaceId, { type: OTHER_TYPE }, request)
        ids.push(...page.rows.map(({ id }) => id))
        sizes.push(page.rows.length)
        before = page.next
      } while (before !== null)
      expect(ids).toEqual(rare.map(({ id }) => id).reverse())
      expect(sizes).toEqual([1, 1])
    })

    test('of another workspace is not seen', async () => {
      const event = fixture.event()
      await fixture.accept([event])
      const other = await fixture.addWorkspace()
      expect((await fixture.storage.listEvents(other, {}, HISTORY)).rows).toEqual([])
      expect(await fixture.storage.findEvent(other, event.id)).toBeUndefined()
    })
  })

  describe('the history of deliveries', () => {
    const list = async (filter: DeliveryFilter) =>
      (await fixture.storage.listDeliveries(fixture.workspaceId, filter, HISTORY)).rows.map(({ id }) => id)

    /** Two webhooks; four events of which the deliveries end in the four states. */
    async function everyStatus() {
      const webhook = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      await fixture.addSubscription(webhook.id, { eventKey: OTHER_TYPE })
      const events = [...fixture.events(3), fixture.event({ type: OTHER_TYPE })]
      const { leased } = await fixture.accept(events)
      const of = (eventIndex: number, webhookId: string) =>
        found(leased.find((row) => row.webhookId === webhookId && row.eventId === events[eventIndex]?.id))
      await fixture.record(
        fixture.result(of(0, webhook.id)),
        fixture.failure(of(1, webhook.id)),
        fixture.failure(of(2, webhook.id), { status: 'failed', nextAttemptAt: null }),
        fixture.result(of(0, other.id)),
      )
      return { webhook, other, events, of }
    }

    test('is found by status, in the workspace and of one webhook', async () => {
      const { webhook, other, of } = await everyStatus()
      expect(await list({ status: 'success', webhookId: webhook.id })).toEqual([of(0, webhook.id).id])
      expect(await list({ status: 'queued', webhookId: webhook.id })).toEqual([of(1, webhook.id).id])
      expect(await list({ status: 'failed', webhookId: webhook.id })).toEqual([of(2, webhook.id).id])
      expect(await list({ status: 'sending', webhookId: webhook.id })).toEqual([of(3, webhook.id).id])
      expect((await list({ status: 'success' })).length).toBe(2)
      expect(await list({ status: 'queued' })).toEqual([of(1, webhook.id).id])
      expect(await list({ status: 'failed' })).toEqual([of(2, webhook.id).id])
      expect((await list({ status: 'sending' })).length).toBe(3)
      expect((await list({ webhookId: other.id })).length).toBe(3)
    })

    test('every filter works together with the others', async () => {
      const { webhook, events, of } = await everyStatus()
      const { id, type, acceptedAt } = found(events[2])
      const eventFilter = { eventId: id, eventKey: type, since: acceptedAt, until: acceptedAt + 1 }
      const filter = { ...eventFilter, webhookId: webhook.id, status: 'failed' } as const
      expect(await list(filter)).toEqual([of(2, webhook.id).id])
      expect((await list(eventFilter)).length).toBe(2)
      expect(await list({ ...filter, status: 'success' })).toEqual([])
      expect(await list({ ...filter, eventKey: OTHER_TYPE })).toEqual([])
      expect(await list({ ...filter, since: acceptedAt + 1 })).toEqual([])
      expect(await list({ ...filter, until: acceptedAt })).toEqual([])
    })

    test('is newest first, in pages without gaps', async () => {
      const webhook = await fixture.addWebhook()
      const events = fixture.events(7)
      await fixture.accept(events)
      const ids: string[] = []
      let before: number | null = null
      do {
        const request: { limit: number; before: number | null } = { limit: 3, before }
        const page = await fixture.storage.listDeliveries(fixture.workspaceId, { webhookId: webhook.id }, request)
        ids.push(...page.rows.map(({ eventId }) => eventId))
        before = page.next
      } while (before !== null)
      expect(ids).toEqual(events.map(({ id }) => id).reverse())
    })

    test('one delivery comes with the body, and with no attempt before the first', async () => {
      const webhook = await fixture.addWebhook()
      const event = fixture.event()
      const { leased } = await fixture.accept([event])
      const id = found(leased[0]).id
      const detail = found(await fixture.storage.findDelivery(fixture.workspaceId, webhook.id, id))
      expect(detail).toEqual({ ...(await fixture.delivery()), body: event.envelope, lastAttempt: null })
      expect(await fixture.storage.findDelivery(fixture.workspaceId, undefined, id)).toEqual(detail)
      expect(await fixture.storage.findDelivery(randomUUID(), undefined, id)).toBeUndefined()
      expect(await fixture.storage.findDelivery(fixture.workspaceId, randomUUID(), id)).toBeUndefined()
      expect(await fixture.storage.findDelivery(randomUUID(), webhook.id, id)).toBeUndefined()
      expect((await fixture.storage.listAttempts(randomUUID(), id, HISTORY)).rows).toEqual([])
    })
  })
}
