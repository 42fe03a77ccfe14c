// Owns the guarantees of pulling (CONTRACT §2, Pull): consumers lease deliveries, and no node does.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { leaseOf } from '../shared/leased-delivery.ts'
import type { LeasedDelivery, NewPullLease, PeekedDelivery, PullKey, PullLease } from '../storage.ts'
import { Fixture, found, type MakeStorage, MINUTE_MS, only } from './fixture.ts'

const LEASES_MAX = 16

export function pullingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  let key: PullKey
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
    key = keyOf(await fixture.addWebhook({ kind: 'pull' }))
  })
  afterEach(() => fixture.destroy())

  const keyOf = ({ workspaceId, id }: { readonly workspaceId: string; readonly id: string }): PullKey => ({
    workspaceId,
    webhookId: id,
  })
  const peek = (fields: object = {}, now = fixture.now) =>
    fixture.storage.peekPull({ ...key, limit: 100, leasesMax: LEASES_MAX, envelopeBytesMax: 1e6, ...fields }, now)
  const planned = (delivery: PeekedDelivery, fields: Partial<NewPullLease> = {}): NewPullLease => ({
    workspaceId: delivery.workspaceId,
    webhookId: delivery.webhookId,
    id: delivery.id,
    place: delivery.place,
    leaseToken: randomUUID(),
    leasedAt: fixture.now,
    leaseUntil: fixture.now + MINUTE_MS,
    requestHeaders: '{"a":"b"}',
    remoteAddress: '203.0.113.7',
    requestKey: null,
    ...fields,
  })
  const lease = (leases: readonly NewPullLease[], now = fixture.now) =>
    fixture.storage.leasePulled(leases, LEASES_MAX, now)
  const held = () => fixture.storage.listPullLeases(key.workspaceId, key.webhookId)

  /** Leases all that is due. */
  async function pull(fields: Partial<NewPullLease> = {}, now = fixture.now): Promise<readonly PullLease[]> {
    const { due } = await peek({}, now)
    await lease(
      due.map((delivery) => planned(delivery, fields)),
      now,
    )
    const ids = new Set(due.map(({ id }) => id))
    return (await held()).filter(({ id }) => ids.has(id))
  }
  const result = (delivery: LeasedDelivery) => fixture.result(delivery, { isPulled: true })
  const failure = (delivery: LeasedDelivery) => fixture.failure(delivery, { isPulled: true })

  describe('what is due', () => {
    test('waits, is told of, and is no node’s: neither leased as it is accepted nor claimed nor waited for', async () => {
      const push = await fixture.addWebhook()
      const events = fixture.events(3)
      const { leased, overflow, pulled } = await fixture.accept(events)
      expect(leased.map(({ webhookId }) => webhookId)).toEqual([push.id, push.id, push.id])
      expect([overflow, pulled]).toEqual([0, [key.webhookId]])
      expect(await fixture.claim()).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBeNull()
      const { due, nextDueAt } = await peek()
      expect(due.map(({ eventId, envelope, leaseToken }) => [eventId, envelope, leaseToken])).toEqual(
        events.map(({ id, envelope }) => [id, envelope, '']),
      )
      expect(nextDueAt).toBeNull()
      expect(
        await fixture.storage.listDuePulls([key, keyOf(push), { ...key, webhookId: randomUUID() }], fixture.now),
      ).toEqual([key.webhookId])
    })

    test('comes oldest first, as many as are wanted and fit: in number, in leases, in bytes, but one at least', async () => {
      const events = fixture.events(5)
      await fixture.accept(events)
      const ids = async (fields: object) => (await peek(fields)).due.map(({ eventId }) => eventId)
      const of = (count: number) => events.slice(0, count).map(({ id }) => id)
      expect(await ids({ limit: 2 })).toEqual(of(2))
      expect(await ids({ envelopeBytesMax: 1 })).toEqual(of(1))
      const bytes = Buffer.byteLength(found(events[0]).envelope)
      expect(await ids({ envelopeBytesMax: 3 * bytes })).toEqual(of(3))
      const [first] = (await peek()).due
      await lease([planned(found(first))])
      expect(await ids({ leasesMax: 3 })).toEqual(events.slice(1, 3).map(({ id }) => id))
      expect(await ids({ leasesMax: 1 })).toEqual([])
      expect((await peek({ leasesMax: 1 })).nextDueAt).toBe(events[1]?.acceptedAt)
    })

    test('is leased by nobody once the webhook is off, also by who has seen it before', async () => {
      await fixture.accept([fixture.event()])
      const delivery = only((await peek()).due)
      const { workspaceId, webhookId } = key
      await fixture.storage.updateWebhook(workspaceId, webhookId, { isActive: false }, fixture.context())
      expect(await lease([planned(delivery)])).toEqual([false])
      await fixture.storage.updateWebhook(workspaceId, webhookId, { isActive: true }, fixture.context())
      expect(await lease([planned(delivery)])).toEqual([true])
    })

    test('is another workspace’s never, and nothing of a push', async () => {
      await fixture.accept([fixture.event()])
      expect((await peek({ workspaceId: await fixture.addWorkspace() })).due).toEqual([])
      const push = await fixture.addWebhook()
      await fixture.accept([fixture.event()], fixture.noCapacity())
      expect((await peek({ webhookId: push.id })).due).toEqual([])
      expect(only(await fixture.claim()).webhookId).toBe(push.id)
    })

    test('waits while the webhook is inactive, and after it', async () => {
      await fixture.accept([fixture.event()])
      const change = (isActive: boolean) =>
        fixture.storage.updateWebhook(key.workspaceId, key.webhookId, { isActive }, fixture.context())
      await change(false)
      expect((await peek()).due).toEqual([])
      expect(await fixture.storage.listDuePulls([key], fixture.now)).toEqual([])
      await change(true)
      expect((await peek()).due.length).toBe(1)
      expect(await fixture.claim()).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBeNull()
    })

    test('after the first wait of its own schedule', async () => {
      const late = await fixture.addWebhook({ kind: 'pull', retrySchedule: [30, 60] })
      const event = fixture.event()
      const { pulled } = await fixture.accept([event])
      expect(new Set(pulled)).toEqual(new Set([key.webhookId, late.id]))
      const { due, nextDueAt } = await peek({ webhookId: late.id }, event.acceptedAt + 29_999)
      expect([due, nextDueAt]).toEqual([[], event.acceptedAt + 30_000])
      expect((await peek({ webhookId: late.id }, event.acceptedAt + 30_000)).due.length).toBe(1)
    })
  })

  describe('a lease', () => {
    test('is the consumer’s who had it first, and shows who that is', async () => {
      await fixture.accept([fixture.event()])
      const delivery = only((await peek()).due)
      const [first, second] = [planned(delivery), planned(delivery)]
      expect(await lease([first])).toEqual([true])
      expect(await lease([second])).toEqual([false])
      const { workspaceId: _w, webhookId: _h, id: _i, place: _p, ...terms } = first
      expect(only(await held())).toMatchObject({ ...terms, id: delivery.id, eventId: delivery.eventId, attempts: 0 })
      expect((await fixture.delivery()).status).toBe('sending')
      expect((await peek()).due).toEqual([])
    })

    test('is one of no more than so many at once', async () => {
      await fixture.accept(fixture.events(20))
      const { due } = await peek({ leasesMax: 100 })
      expect(due.length).toBe(20)
      const leased = await lease(due.map((delivery) => planned(delivery)))
      expect(leased.filter((isLeased) => isLeased).length).toBe(LEASES_MAX)
      expect((await held()).length).toBe(LEASES_MAX)
    })

    test('outlives a restart, and no rescue takes it', async () => {
      await fixture.accept([fixture.event()])
      await pull()
      const before = await held()
      await fixture.reopen()
      expect(await fixture.storage.rescueDeliveries(fixture.now + 60 * MINUTE_MS, true)).toBe(0)
      expect(await held()).toEqual(before)
      expect((await fixture.delivery()).status).toBe('sending')
      expect(await fixture.record(result(only(before)))).toEqual([true])
    })

    test('that has ended is found, the oldest first, and when the next ends; others are not', async () => {
      await fixture.accept(fixture.events(3))
      const { due } = await peek()
      const ends = [30_000, 10_000, 20_000]
      await lease(due.map((delivery, nth) => planned(delivery, { leaseUntil: fixture.now + (ends[nth] ?? 0) })))
      const ended = (ms: number, limit = 10) => fixture.storage.listEndedPullLeases(fixture.now + ms, limit)
      expect(await ended(9_999)).toEqual({ leases: [], nextEndAt: fixture.now + 10_000 })
      const { leases, nextEndAt } = await ended(20_000)
      expect(leases.map(({ eventId }) => eventId)).toEqual([due[1]?.eventId, due[2]?.eventId])
      expect(nextEndAt).toBe(fixture.now + 30_000)
      expect((await ended(30_000, 1)).leases.length).toBe(1)
      expect((await ended(30_000)).nextEndAt).toBeNull()
    })

    test('can be extended while it lasts, by whoever has it', async () => {
      await fixture.accept([fixture.event()])
      const own = leaseOf(only(await pull()))
      const until = fixture.now + 10 * MINUTE_MS
      const extend = (change: object, now: number) => fixture.storage.extendPullLease({ ...own, ...change }, until, now)
      expect(await extend({ leaseToken: randomUUID() }, fixture.now)).toBe(false)
      expect(await extend({}, fixture.now + MINUTE_MS)).toBe(false)
      expect(await extend({}, fixture.now + MINUTE_MS - 1)).toBe(true)
      expect(only(await held()).leaseUntil).toBe(until)
    })

    test('that is released is no attempt, and due again', async () => {
      await fixture.accept([fixture.event()])
      const own = leaseOf(only(await pull()))
      await fixture.storage.releasePulled([{ ...own, leaseToken: randomUUID() }], fixture.now)
      expect((await held()).length).toBe(1)
      await fixture.storage.releasePulled([own], fixture.now)
      expect(await held()).toEqual([])
      expect(await fixture.delivery()).toMatchObject({ status: 'queued', attempts: 0, nextAttemptAt: fixture.now })
      expect(await fixture.claim()).toEqual([])
      expect(await fixture.record(result({ ...only((await peek()).due), leaseToken: own.leaseToken }))).toEqual([false])
    })
  })

  describe('a result', () => {
    test('ends the lease, and is an attempt like any other', async () => {
      await fixture.accept([fixture.event()])
      const delivery = only(await pull())
      const { written, pulled } = await fixture.storage.recordAttempts([result(delivery)], fixture.offer())
      // There is capacity for another lease.
      expect([written, pulled]).toEqual([[true], [key.webhookId]])
      expect(await held()).toEqual([])
      expect(await fixture.delivery()).toMatchObject({ status: 'success', attempts: 1 })
      expect(await fixture.webhook(key.webhookId)).toMatchObject({ successCount: 1 })
      expect(await fixture.record(result(delivery))).toEqual([false])
    })

    test('that is a failure makes it due later, for consumers only', async () => {
      await fixture.accept([fixture.event()])
      await fixture.record(failure(only(await pull())))
      expect(await held()).toEqual([])
      expect(await fixture.claim({}, fixture.now + 2 * MINUTE_MS)).toEqual([])
      expect(await fixture.storage.nextDueAt()).toBeNull()
      expect((await peek()).nextDueAt).toBe(fixture.now + MINUTE_MS)
      const [again] = (await peek({}, fixture.now + MINUTE_MS)).due
      expect(again).toMatchObject({ attempts: 1, scheduledAttempts: 1, trigger: 'automatic' })
    })

    test('of a consumer whose lease another has now is fenced off', async () => {
      await fixture.accept([fixture.event()])
      const first = only(await pull())
      await fixture.storage.releasePulled([leaseOf(first)], fixture.now)
      const second = only(await pull())
      expect(await fixture.record(result(first))).toEqual([false])
      expect(await fixture.storage.extendPullLease(leaseOf(first), fixture.now + MINUTE_MS, fixture.now)).toBe(false)
      expect(only(await held()).leaseToken).toBe(second.leaseToken)
      expect(await fixture.record(result(second))).toEqual([true])
    })
  })

  describe('the order of a call', () => {
    test('is kept between consumers: the next is due when the one before has ended', async () => {
      key = keyOf(await fixture.addWebhook({ kind: 'pull', ordering: 'call' }))
      const events = fixture.events(3, { callId: 'call-1' })
      const other = fixture.event({ callId: 'call-2' })
      await fixture.accept([...events, other])
      const first = await pull()
      expect(first.map(({ eventId }) => eventId)).toEqual([events[0]?.id, other.id])
      const later = fixture.now + 10_000
      expect((await peek({}, later)).due).toEqual([])
      const { overflow, pulled } = await fixture.storage.recordAttempts([result(found(first[0]))], fixture.offer())
      expect(pulled).toEqual([key.webhookId])
      expect(overflow).toBeLessThanOrEqual(1)
      const second = only((await peek({}, later)).due)
      expect(second.eventId).toBe(events[1]?.id)
      expect(await fixture.claim({}, later)).toEqual([])
    })

    test('goes on behind what is erased', async () => {
      key = keyOf(await fixture.addWebhook({ kind: 'pull', ordering: 'call' }))
      await fixture.accept(fixture.events(1, { callId: 'call-1' }))
      const leased = only(await pull())
      let answer = { isDone: false }
      const request = { workspaceId: key.workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 1000 }
      while (!answer.isDone) answer = await fixture.storage.eraseCall(request)
      expect(await held()).toEqual([])
      expect(await fixture.storage.listEndedPullLeases(fixture.now + 60 * MINUTE_MS, 10)).toEqual({
        leases: [],
        nextEndAt: null,
      })
      expect(await fixture.record(result(leased))).toEqual([false])
      await fixture.accept(fixture.events(1, { callId: 'call-1' }))
      expect((await peek()).due.length).toBe(1)
    })
  })

  test('a deleted webhook has nothing for consumers, and what they hold is ended with the rest', async () => {
    await fixture.accept(fixture.events(2))
    const [first] = (await peek()).due
    await lease([planned(found(first))])
    await fixture.storage.deleteWebhook(key.workspaceId, key.webhookId, fixture.context('webhook.deleted'))
    expect((await peek()).due).toEqual([])
    expect(await held()).toEqual([])
    const { leases } = await fixture.storage.listEndedPullLeases(fixture.now + 2 * MINUTE_MS, 10)
    await fixture.storage.releasePulled(leases.map(leaseOf), fixture.now)
    expect(await fixture.storage.endOrphanedDeliveries(10, fixture.now)).toBe(2)
    expect((await fixture.deliveries()).map(({ status }) => status)).toEqual(['failed', 'failed'])
  })

  test('a replay and a manual retry are the consumers’ too', async () => {
    const [event] = fixture.events(1)
    await fixture.accept([found(event)])
    await fixture.record(result(only(await pull())))
    const delivery = await fixture.delivery()
    await fixture.storage.retryDelivery(key.workspaceId, key.webhookId, delivery.id, fixture.context())
    expect(await fixture.claim()).toEqual([])
    expect(await fixture.storage.nextDueAt()).toBeNull()
    expect(only(await pull()).trigger).toBe('manual')
    await fixture.record(result(only(await held())))
    const replay = fixture.replayRow(key.webhookId, { only: 'all' })
    await fixture.storage.createReplay(replay, 5, fixture.context('replay.created'))
    await fixture.replay(replay, { queueMax: 10, dueMax: 10 })
    expect(await fixture.claim()).toEqual([])
    expect(only((await peek()).due).trigger).toBe('replay')
  })

  test('a test send waits for a consumer', async () => {
    const { leased, pulled } = await fixture.accept([fixture.event({ testOf: key.webhookId })])
    expect([leased, pulled]).toEqual([[], [key.webhookId]])
    expect(only((await peek()).due).trigger).toBe('test')
  })
}
