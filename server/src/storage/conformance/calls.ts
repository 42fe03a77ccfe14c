// Owns the guarantees of calls: what is found of the events with one call id, in which order, and how much of it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewEvent, PruneResult } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, only } from './fixture.ts'

const DAY_MS = 24 * 60 * MINUTE_MS
const HOSTILE = [
  "'; drop table events --",
  '../../x',
  '%2e%2e',
  'ñ🔔 \u2028',
  '?a=b#c',
  '-'.repeat(256),
  '*',
  '%',
  '__proto__',
]

export function callsConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const list = async (range = {}, request = HISTORY) =>
    (await fixture.storage.listCalls(fixture.workspaceId, range, request)).rows
  const callIds = async (range = {}) => (await list(range)).map(({ callId }) => callId)
  const of = (callId: string | null, fields: Partial<NewEvent> = {}) => fixture.event({ callId, ...fields })

  describe('calls', () => {
    test('are the events with one call id, listed by the first of each, newest first', async () => {
      const [a1, b1, none, a2, c1, b2] = [of('a'), of('b'), of(null), of('a'), of('c'), of('b')]
      await fixture.accept([a1, b1, none, a2, c1, b2])
      const rows = await list()
      expect(rows.map(({ callId, events }) => [callId, ...events.map(({ id }) => id)])).toEqual([
        ['c', c1.id],
        ['b', b1.id, b2.id],
        ['a', a1.id, a2.id],
      ])
      expect(rows.map(({ eventCount, eventCountIsExact }) => [eventCount, eventCountIsExact])).toEqual([
        [1, true],
        [2, true],
        [2, true],
      ])
      expect(rows[1]?.events.map(({ body }) => body)).toEqual([b1.envelope, b2.envelope])
      expect(await fixture.storage.findCall(fixture.workspaceId, 'b')).toEqual(rows[1])
      expect(await fixture.storage.findCall(fixture.workspaceId, 'd')).toBeUndefined()
    })

    test('are listed in pages that later events, of these calls or others, do not shift', async () => {
      await fixture.accept(['a', 'b', 'c', 'd', 'a', 'b'].map((id) => of(id)))
      const first = await fixture.storage.listCalls(fixture.workspaceId, {}, { limit: 2, before: null })
      await fixture.accept(['a', 'c', 'e'].map((id) => of(id)))
      const second = await fixture.storage.listCalls(fixture.workspaceId, {}, { limit: 2, before: first.next })
      expect([first, second].map(({ rows }) => rows.map(({ callId }) => callId))).toEqual([
        ['d', 'c'],
        ['b', 'a'],
      ])
      expect(second.next).toBeNull()
    })

    test('are found by the own time of their first event, however far that lies from the time it was accepted', async () => {
      const at = (callId: string, days: number) => of(callId, { createdAt: fixture.now + days * DAY_MS })
      await fixture.accept([at('past', -400), at('now', 0), at('future', 400), at('past', 0), at('late', 0)])
      const { now } = fixture
      expect(await callIds({ since: now - DAY_MS, until: now + DAY_MS })).toEqual(['late', 'now'])
      expect(await callIds({ until: now - DAY_MS })).toEqual(['past'])
      expect(await callIds({ since: now + DAY_MS })).toEqual(['future'])
      expect(await callIds({ since: now })).toEqual(['late', 'future', 'now'])
    })

    test('have any text as id, and none is taken for another', async () => {
      await fixture.accept(HOSTILE.map((id) => of(id)))
      expect(await callIds()).toEqual([...HOSTILE].reverse())
      for (const id of HOSTILE) expect((await fixture.storage.findCall(fixture.workspaceId, id))?.callId).toBe(id)
      expect(await fixture.storage.findCall(fixture.workspaceId, '-'.repeat(255))).toBeUndefined()
    })

    test('of another workspace do not exist', async () => {
      await fixture.accept([of('a')])
      const other = await fixture.addWorkspace()
      expect((await fixture.storage.listCalls(other, {}, HISTORY)).rows).toEqual([])
      expect(await fixture.storage.findCall(other, 'a')).toBeUndefined()
    })

    test('with very many events are counted up to a bound, and shown by their first and their newest', async () => {
      const events = fixture.events(1200, { callId: 'long' })
      await fixture.accept([...events, of('short')])
      const [short, long] = await list()
      expect(short?.callId).toBe('short')
      expect(long).toMatchObject({ callId: 'long', eventCount: 1000, eventCountIsExact: false })
      const ids = events.map(({ id }) => id)
      expect(long?.events.map(({ id }) => id)).toEqual([ids[0], ...ids.slice(-100)])
    })

    test('with very large bodies end a page early, which says where to go on', async () => {
      const body = JSON.stringify({ data: { transcript: 'x'.repeat(250_000) } })
      const calls = ['a', 'b', 'c']
      for (const callId of calls) await fixture.accept(fixture.events(8, { callId, envelope: body }))
      const seen: string[] = []
      const sizes: number[] = []
      let before: number | null = null
      do {
        const page = await fixture.storage.listCalls(fixture.workspaceId, {}, { limit: 50, before })
        sizes.push(page.rows.length)
        for (const { callId, events } of page.rows) {
          seen.push(callId)
          // The first and the newest are read, and no more than a megabyte of them.
          const read = events.map((event) => event.body !== null)
          expect(read).toEqual([true, false, false, false, false, true, true, true])
        }
        before = page.next
      } while (before !== null)
      expect(seen).toEqual([...calls].reverse())
      expect(sizes).toEqual([2, 1])
    })

    test('of a workspace whose events seldom begin one are found by pages that together miss none', async () => {
      await fixture.accept([of('first'), ...fixture.events(2500), of('last')])
      const pages: string[][] = []
      let before: number | null = null
      do {
        const page = await fixture.storage.listCalls(fixture.workspaceId, {}, { limit: 50, before })
        pages.push(page.rows.map(({ callId }) => callId))
        before = page.next
      } while (before !== null)
      expect(pages).toEqual([['last'], ['first']])
    })
  })

  test('a page that ends where a stretch of its range does goes on with the next', async () => {
    const eleven = fixture.now - 11 * DAY_MS
    await fixture.accept([of('old', { createdAt: eleven, acceptedAt: eleven })])
    // As many as a page looks at, all of them with the time of an earlier day.
    await fixture.accept(fixture.events(2000, { createdAt: eleven }))
    const range = { until: fixture.now - 10 * DAY_MS }
    const first = await fixture.storage.listCalls(fixture.workspaceId, range, { limit: 9, before: null })
    const second = await fixture.storage.listCalls(fixture.workspaceId, range, { limit: 9, before: first.next })
    expect([first.rows.length, first.next === null]).toEqual([0, false])
    expect(second.rows.map(({ callId }) => callId)).toEqual(['old'])
  })

  describe('the deliveries and attempts of several events', () => {
    test('are counted by status, and read with the newest attempts of each', async () => {
      await fixture.addWebhook()
      await fixture.addWebhook()
      const events = fixture.events(3, { callId: 'c' })
      const { leased } = await fixture.accept(events)
      const deliveriesOf = (index: number) => leased.filter(({ eventId }) => eventId === events[index]?.id)
      const [first, second] = deliveriesOf(0)
      await fixture.record(fixture.result(found(first)), fixture.failure(found(second)))
      const { events: rows } = found(await fixture.storage.findCall(fixture.workspaceId, 'c'))
      const some = rows.slice(0, 2)
      const statuses = await fixture.storage.listDeliveryStatuses(fixture.workspaceId, some, 9)
      const [one, two] = some.map(({ seq }) => seq)
      const expected = [`${one} queued`, `${one} success`, `${two} sending`, `${two} sending`]
      expect(statuses.map(({ eventSeq, status }) => `${eventSeq} ${status}`).sort()).toEqual(expected.sort())
      expect((await fixture.storage.listDeliveryStatuses(fixture.workspaceId, some, 3)).length).toBe(3)
      const deliveries = await fixture.storage.listDeliveriesOfEvents(fixture.workspaceId, some, 9)
      const ids = [...deliveriesOf(0), ...deliveriesOf(1)].map(({ id }) => id)
      expect(deliveries.map(({ id }) => id).sort()).toEqual(ids.sort())
      const limited = await fixture.storage.listDeliveriesOfEvents(fixture.workspaceId, some, 3)
      expect(limited.length).toBe(3)
      const attempts = await fixture.storage.listAttemptsOfDeliveries(fixture.workspaceId, deliveries, 5)
      expect(new Set(attempts.map(({ deliveryId }) => deliveryId))).toEqual(
        new Set([found(first).id, found(second).id]),
      )
      const { requestHeaders: _, responseHeaders: __, responseBody: ___, ...summary } = fixture.attempt()
      expect(attempts.find(({ deliveryId }) => deliveryId === first?.id)).toEqual({ ...summary, deliveryId: first?.id })
      const other = await fixture.addWorkspace()
      expect(await fixture.storage.listDeliveriesOfEvents(other, some, 9)).toEqual([])
      expect(await fixture.storage.listDeliveryStatuses(other, some, 9)).toEqual([])
      expect(await fixture.storage.listAttemptsOfDeliveries(other, deliveries, 5)).toEqual([])
      for (const none of [
        await fixture.storage.listDeliveriesOfEvents(fixture.workspaceId, [], 9),
        await fixture.storage.listDeliveryStatuses(fixture.workspaceId, [], 9),
        await fixture.storage.listAttemptsOfDeliveries(fixture.workspaceId, [], 5),
      ])
        expect(none).toEqual([])
    })

    test('of a delivery with many attempts are the newest', async () => {
      await fixture.addWebhook()
      let delivery = only((await fixture.accept([of('c')])).leased)
      for (let attempt = 0; attempt < 4; attempt++) {
        await fixture.record(fixture.failure(delivery, { nextAttemptAt: fixture.now }))
        delivery = only(await fixture.claim())
      }
      const deliveries = [await fixture.delivery()]
      const newest = await fixture.storage.listAttemptsOfDeliveries(fixture.workspaceId, deliveries, 3)
      expect(newest.map(({ number }) => number).sort()).toEqual([2, 3, 4])
    })
  })

  describe('what is removed', () => {
    test('is no part of a call any more: the call begins with what retention has left of it', async () => {
      const { now, storage } = fixture
      const old = { acceptedAt: now - 31 * DAY_MS, createdAt: now - 31 * DAY_MS }
      const kept = of('a')
      await fixture.accept([of('a', old), of('gone', old)])
      await fixture.accept([of('b'), kept])
      let from: PruneResult['next'] = null
      do from = (await storage.pruneEvents({ now, retentionDaysDefault: 30, from, rowsMax: 500 })).next
      while (from !== null)
      expect((await list()).map(({ callId, events }) => [callId, events.length])).toEqual([
        ['a', 1],
        ['b', 1],
      ])
      expect((await storage.findCall(fixture.workspaceId, 'a'))?.events[0]?.id).toBe(kept.id)
    })

    test('is no call any more after its erasure', async () => {
      await fixture.accept([of('a'), of('b'), of('a')])
      const { workspaceId, now } = fixture
      await fixture.storage.eraseCall({ workspaceId, callId: 'a', now, rowsMax: 1000 })
      expect(await callIds()).toEqual(['b'])
      expect(await fixture.storage.findCall(workspaceId, 'a')).toBeUndefined()
    })
  })
}
