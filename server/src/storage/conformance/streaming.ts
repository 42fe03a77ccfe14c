// Owns what every backend guarantees about the log of changes: each change of a delivery once, as it left the delivery, in one
// order, from any position on; and that what is not there any more is told.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CHANGES_SHOWN_MS } from '../interface/stream-storage.ts'
import type { ChangePosition, DeliveryChange } from '../storage.ts'
import { Fixture, found, type MakeStorage, MINUTE_MS, only, TYPE } from './fixture.ts'

export function streamingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  let start: ChangePosition
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
    start = await end()
  })
  afterEach(() => fixture.destroy())

  async function end(): Promise<ChangePosition> {
    await fixture.settled()
    const { from, gap } = await fixture.storage.locateChanges(fixture.workspaceId, null, Date.now())
    expect(gap).toBeNull()
    return from
  }

  /** Page by page, until there is nothing more. */
  async function changes(after = start, limit = 250): Promise<DeliveryChange[]> {
    await fixture.settled()
    const all: DeliveryChange[] = []
    for (let position = after; ; ) {
      const page = await fixture.storage.listChanges(fixture.workspaceId, position, limit)
      all.push(...page.changes)
      position = page.changes.at(-1)?.position ?? position
      if (page.changes.length === 0) return all
    }
  }

  const states = (list: readonly DeliveryChange[]) =>
    list.map(({ delivery }) => [delivery?.status, delivery?.attempts, delivery?.nextAttemptAt ?? null])

  test('a delivery is shown as it was created, and after each attempt as the list shows it then', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept([fixture.event()])
    const created = await fixture.delivery()
    expect(only(await changes()).delivery).toEqual(created)
    await fixture.record(fixture.failure(only(leased)))
    const failing = await fixture.delivery()
    const [again] = await fixture.claim({}, fixture.now + 2 * MINUTE_MS)
    await fixture.record(fixture.result(found(again)))
    const ended = await fixture.delivery()
    // Each as it was: the first two although the delivery has changed since.
    expect((await changes()).map(({ delivery }) => delivery)).toEqual([created, failing, ended])
  })

  test('what has no capacity is queued, what failed for good ends as failed with the reason', async () => {
    await fixture.addWebhook()
    await fixture.accept([fixture.event()], fixture.noCapacity())
    const [claimed] = await fixture.claim()
    await fixture.record(fixture.failure(found(claimed), { status: 'failed', nextAttemptAt: null }))
    expect(states(await changes())).toEqual([
      ['queued', 0, expect.any(Number)],
      ['failed', 1, null],
    ])
    expect((await changes()).at(-1)?.delivery).toEqual(await fixture.delivery())
  })

  test('a manual retry, a replay and the deletion of the webhook are changes', async () => {
    const webhook = await fixture.addWebhook()
    const { leased } = await fixture.accept([fixture.event()])
    await fixture.record(fixture.failure(only(leased), { status: 'failed', nextAttemptAt: null }))
    const { id } = await fixture.delivery()
    const retried = await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, id, fixture.context())
    expect((await changes()).at(-1)?.delivery).toEqual(retried)
    const [claimed] = await fixture.claim({}, fixture.now + MINUTE_MS)
    await fixture.record(fixture.failure(found(claimed), { status: 'failed', nextAttemptAt: null }))
    const replay = fixture.replayRow(webhook.id, { only: 'failed', until: fixture.now + MINUTE_MS })
    await fixture.storage.createReplay(replay, 5, fixture.context())
    await fixture.replay(replay, { queueMax: 10, dueMax: 10 })
    expect((await changes()).at(-1)?.delivery).toEqual(await fixture.delivery())
    await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context())
    await fixture.storage.endOrphanedDeliveries(10, fixture.now)
    const all = await changes()
    expect(all.at(-1)?.delivery).toMatchObject({ status: 'failed', attempts: 2, lastError: 'The webhook was deleted.' })
    expect(all.map(({ delivery }) => delivery?.status)).toEqual([
      'sending',
      'failed',
      'queued',
      'failed',
      'queued',
      'failed',
    ])
  })

  test('a replay that makes deliveries tells of them', async () => {
    const webhook = await fixture.addWebhook({ isActive: false })
    await fixture.accept(fixture.events(2))
    await fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive: true }, fixture.context())
    const replay = fixture.replayRow(webhook.id)
    await fixture.storage.createReplay(replay, 5, fixture.context())
    await fixture.replay(replay, { queueMax: 10, dueMax: 10 })
    const made = (await changes()).map(({ delivery }) => delivery)
    expect(made.length).toBe(2)
    expect(made.toReversed()).toEqual(await fixture.deliveries())
  })

  test('a result whose lease was lost is no change', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept([fixture.event()])
    const before = await changes()
    const result = fixture.result(only(leased))
    const fenced = { ...result, lease: { ...result.lease, leaseToken: fixture.offer().token } }
    expect(await fixture.record(fenced)).toEqual([false])
    expect(await changes()).toEqual(before)
  })

  test('from any position on, and with pages of any size, the same follows', async () => {
    await fixture.addWebhook()
    await fixture.addWebhook()
    for (const count of [3, 1, 2]) {
      const { leased } = await fixture.accept(fixture.events(count))
      await fixture.record(...leased.map((delivery) => fixture.result(delivery)))
    }
    const all = await changes()
    expect(all.length).toBe(24)
    for (const limit of [1, 2, 5, 24]) expect(await changes(start, limit)).toEqual(all)
    for (const [index, { position }] of all.entries()) expect(await changes(position, 7)).toEqual(all.slice(index + 1))
    expect(await end()).toEqual(all.at(-1)?.position)
  })

  test('a batch of more changes than a row has is shown whole, in order', async () => {
    for (let nth = 0; nth < 3; nth++) await fixture.addWebhook()
    const { leased } = await fixture.accept(fixture.events(400), fixture.offer({ limit: 5000, common: 5000 }))
    const ids = (await changes()).map(({ delivery }) => delivery?.id)
    expect(ids.length).toBe(1200)
    expect(new Set(ids).size).toBe(1200)
    expect(leased.map(({ id }) => id).every((id) => ids.includes(id))).toBe(true)
  })

  test('another workspace sees nothing of it, and its positions mean nothing', async () => {
    await fixture.addWebhook()
    const other = await fixture.addWorkspace()
    await fixture.accept([fixture.event()])
    const { position } = only(await changes())
    expect((await fixture.storage.listChanges(other, start, 10)).changes).toEqual([])
    expect((await fixture.storage.locateChanges(other, position, Date.now())).gap).not.toBeNull()
  })

  test('a position is good after a restart', async () => {
    await fixture.addWebhook()
    await fixture.accept(fixture.events(2))
    const [first, second] = await changes()
    await fixture.reopen()
    const { position } = found(first)
    expect(await fixture.storage.locateChanges(fixture.workspaceId, position, Date.now())).toEqual({
      from: position,
      gap: null,
    })
    expect(await changes(position)).toEqual([second])
  })

  test('the log of a day is kept; from an older position on it is told what is missing, and what is left is shown', async () => {
    await fixture.addWebhook()
    await fixture.accept(fixture.events(2))
    const [, second] = await changes()
    const { at } = found(second).position
    expect(await fixture.storage.pruneChanges(at + CHANGES_SHOWN_MS, 10)).toBe(0)
    const later = at + CHANGES_SHOWN_MS + 1
    const { from, gap } = await fixture.storage.locateChanges(fixture.workspaceId, found(second).position, later)
    expect(gap).toEqual({ from: at, until: at })
    expect((await changes(from)).length).toBe(2)
  })

  test('a position of a row that is not there is told as a gap until now, and goes on at the end', async () => {
    await fixture.addWebhook()
    await fixture.accept([fixture.event()])
    const { position } = only(await changes())
    const now = Date.now() + 5
    for (const other of [
      { ...position, seq: position.seq + 1000 },
      { ...position, at: position.at - 1 },
    ]) {
      const { from, gap } = await fixture.storage.locateChanges(fixture.workspaceId, other, now)
      expect(gap).toEqual({ from: other.at, until: now })
      expect(from).toEqual(await end())
    }
  })

  test('a delivery that was erased is not shown any more, nor is another one in its place', async () => {
    await fixture.addWebhook()
    const { leased } = await fixture.accept([fixture.event({ callId: 'call-1' })])
    await fixture.record(fixture.result(only(leased)))
    const request = { workspaceId: fixture.workspaceId, callId: 'call-1', now: fixture.now, rowsMax: 100 }
    while (!(await fixture.storage.eraseCall(request)).isDone);
    // In SQLite it gets the number of the one that is gone.
    await fixture.accept([fixture.event()])
    const all = await changes()
    expect(all.map(({ delivery }) => delivery?.id)).toEqual([undefined, undefined, (await fixture.delivery()).id])
    expect(all.at(-1)?.delivery?.eventKey).toBe(TYPE)
  })
}
