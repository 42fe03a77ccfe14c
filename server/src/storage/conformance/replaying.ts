// Owns the guarantees of replays: what each kind finds, what it queues, and that its steps go on where they were.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ReplayRow, WebhookRow } from '../storage.ts'
import { Fixture, found, type MakeStorage, MINUTE_MS, OTHER_TYPE, only, PAGE, TYPE } from './fixture.ts'

const ENDED = { status: 'failed', nextAttemptAt: null } as const
const BOUNDS = { queueMax: 100, dueMax: 100 }

export function replayingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const create = async (webhookId: string, fields: Partial<ReplayRow> = {}) => {
    const row = fixture.replayRow(webhookId, fields)
    await fixture.storage.createReplay(row, 5, fixture.context('replay.created'))
    return row
  }
  const stored = async ({ webhookId, id }: ReplayRow) =>
    found(await fixture.storage.findReplay(fixture.workspaceId, webhookId, id))
  const step = (row: ReplayRow, bounds = BOUNDS) => fixture.replayStep(row, bounds)
  /** Of one that has nothing to do. */
  const idleStep = (row: ReplayRow, bounds = BOUNDS) => fixture.storage.advanceReplay(row, bounds, fixture.now)

  /** Steps until it has ended. */
  const run = async (row: ReplayRow) => {
    for (let steps = 0; steps < 100; steps++) if ((await step(row)).kind === 'ended') return await stored(row)
    throw new Error('the replay does not end')
  }

  const switchTo = (webhook: WebhookRow, isActive: boolean) =>
    fixture.storage.updateWebhook(fixture.workspaceId, webhook.id, { isActive }, fixture.context())

  /** One webhook with a success, a failure, one that is queued, and an event that it missed while it was off. */
  const mixed = async () => {
    const webhook = await fixture.addWebhook()
    const events = fixture.events(4)
    const [good, bad, queued, missed] = events.map(({ id }) => id)
    const { leased } = await fixture.accept(events.slice(0, 3))
    const [a, b, c] = leased.map(found)
    await fixture.record(fixture.result(found(a)), fixture.failure(found(b), ENDED), fixture.failure(found(c)))
    await switchTo(webhook, false)
    await fixture.accept(events.slice(3))
    await switchTo(webhook, true)
    return { webhook, good: found(good), bad: found(bad), queued: found(queued), missed: found(missed) }
  }

  describe('a replay', () => {
    test('is stored as it was asked for, and found after the store is opened again', async () => {
      const webhook = await fixture.addWebhook()
      const row = await create(webhook.id, { eventKeys: [TYPE, OTHER_TYPE], only: 'all', matched: 7 })
      const newer = await create(webhook.id, { createdAt: fixture.now + 1 })
      await fixture.reopen()
      expect(await stored(row)).toEqual(row)
      const page = await fixture.storage.listReplays(fixture.workspaceId, webhook.id, PAGE)
      expect(page).toEqual({ rows: [newer, row], total: 2 })
      expect((await fixture.storage.runningReplays(9)).map(({ id }) => id)).toEqual([row.id, newer.id])
    })

    test('is refused for a webhook that is off, deleted, or has enough running', async () => {
      const webhook = await fixture.addWebhook()
      const limited = fixture.storage.createReplay(fixture.replayRow(webhook.id), 0, fixture.context('replay.created'))
      await expect(limited).rejects.toMatchObject({ code: 'REPLAY_LIMIT_REACHED', details: { limit: 0 } })
      await switchTo(webhook, false)
      await expect(create(webhook.id)).rejects.toMatchObject({ code: 'WEBHOOK_INACTIVE' })
      await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context('webhook.deleted'))
      await expect(create(webhook.id)).rejects.toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
    })

    test('belongs to its workspace and its webhook', async () => {
      const webhook = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      const row = await create(webhook.id)
      const context = fixture.context('replay.cancelled')
      for (const [workspaceId, webhookId] of [
        [randomUUID(), webhook.id],
        [fixture.workspaceId, other.id],
      ] as const) {
        expect(await fixture.storage.findReplay(workspaceId, webhookId, row.id)).toBeUndefined()
        const cancelled = fixture.storage.cancelReplay(workspaceId, webhookId, row.id, context)
        await expect(cancelled).rejects.toMatchObject({ code: 'REPLAY_NOT_FOUND' })
      }
      expect(await stored(row)).toEqual(row)
    })
  })

  describe('what a replay finds', () => {
    test('failed: the deliveries whose retries are exhausted, due again in their own row', async () => {
      const { webhook, bad } = await mixed()
      const before = found((await fixture.deliveries({ eventId: bad }))[0])
      expect(await run(await create(webhook.id, { only: 'failed' }))).toMatchObject({
        status: 'finished',
        matched: 1,
        matchedIsExact: true,
        queued: 1,
        finishedAt: fixture.now,
      })
      const again = only(await fixture.claim())
      expect(again).toMatchObject({ id: before.id, eventId: bad, trigger: 'replay', attempts: 1, scheduledAttempts: 1 })
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 1, failureCount: 0 })
      await fixture.record(fixture.result(again, { countsForSchedule: false }))
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 2, failureCount: 0 })
    })

    test('missing: the failed ones, and what was published while the webhook was off', async () => {
      const { webhook, bad, missed } = await mixed()
      expect(await run(await create(webhook.id))).toMatchObject({ matched: 2, queued: 2 })
      const claimed = await fixture.claim()
      expect(claimed.map(({ eventId }) => eventId).sort()).toEqual([bad, missed].sort())
      const made = found(claimed.find(({ eventId }) => eventId === missed))
      expect(made).toMatchObject({ trigger: 'replay', attempts: 0, scheduledAttempts: 1, createdAt: fixture.now })
      expect((await fixture.storage.findEvent(fixture.workspaceId, missed))?.deliveryCount).toBe(1)
      expect(made.envelope).toBe((await fixture.storage.findEvent(fixture.workspaceId, missed))?.body)
    })

    test('all: also what arrived before, and never what is on its way', async () => {
      const { webhook, good, bad, missed } = await mixed()
      expect(await run(await create(webhook.id, { only: 'all' }))).toMatchObject({ matched: 3, queued: 3 })
      const claimed = await fixture.claim()
      expect(claimed.map(({ eventId }) => eventId).sort()).toEqual([good, bad, missed].sort())
      expect(claimed.find(({ eventId }) => eventId === good)).toMatchObject({ succeededBefore: true })
      expect(await fixture.webhook(webhook.id)).toMatchObject({ successCount: 0, failureCount: 0 })
    })

    test('missing: what was published before the webhook subscribed, and only what it subscribes to now', async () => {
      const webhook = await fixture.addWebhook()
      const later = fixture.event({ type: OTHER_TYPE })
      await fixture.accept([later, fixture.event({ type: 'tool.invoked' })])
      const subscription = await fixture.addSubscription(webhook.id, { eventKey: OTHER_TYPE })
      await run(await create(webhook.id))
      const made = await fixture.delivery()
      expect(made).toMatchObject({ eventId: later.id, eventKey: OTHER_TYPE, subscriptionId: subscription.id })
    })

    test('nothing twice: a second replay finds what the first one queued on its way', async () => {
      const { webhook } = await mixed()
      await run(await create(webhook.id))
      expect(await run(await create(webhook.id))).toMatchObject({ matched: 0, queued: 0 })
    })

    test('only what was accepted in its time: since is included, until is not', async () => {
      const webhook = await fixture.addWebhook({ isActive: false })
      const at = fixture.now - 10 * MINUTE_MS
      const events = [at - 1, at, at + 1, at + 2].map((acceptedAt) => fixture.event({ acceptedAt }))
      await fixture.accept(events)
      await switchTo(webhook, true)
      await run(await create(webhook.id, { since: at, until: at + 2 }))
      const ids = (await fixture.deliveries()).map(({ eventId }) => eventId)
      expect(ids.sort()).toEqual([events[1]?.id, events[2]?.id].sort())
    })

    test('only events of its keys, of its agent and of its workspace', async () => {
      const agentId = randomUUID()
      const webhook = await fixture.addWebhook({ agentId, isActive: false })
      await fixture.addSubscription(webhook.id, { eventKey: OTHER_TYPE })
      const wanted = fixture.event({ agentId })
      await fixture.accept([wanted, fixture.event({ agentId, type: OTHER_TYPE }), fixture.event()])
      const elsewhere = { workspaceId: await fixture.addWorkspace(), events: [fixture.event({ agentId })] }
      await fixture.storage.acceptEvents([elsewhere], fixture.offer())
      await switchTo(webhook, true)
      await run(await create(webhook.id, { eventKeys: [TYPE] }))
      expect((await fixture.delivery()).eventId).toBe(wanted.id)
    })

    test.each(['failed', 'missing', 'all'] as const)('%s: no test send and nothing operational', async (kind) => {
      const webhook = await fixture.addWebhook()
      const other = await fixture.addWebhook()
      const operational = { type: 'delivery.exhausted' }
      await fixture.addSubscription(webhook.id, { eventKey: operational.type })
      await switchTo(webhook, false)
      await fixture.accept([fixture.event(operational)])
      await switchTo(webhook, true)
      const tests = [webhook, other].map(({ id }) => fixture.event({ testOf: id }))
      const { leased } = await fixture.accept([...tests, fixture.event(operational)])
      await fixture.record(...leased.map((delivery) => fixture.failure(delivery, ENDED)))
      // A test that was retried manually no longer looks like one.
      const sent = found(leased.find(({ webhookId }) => webhookId === webhook.id))
      await fixture.storage.retryDelivery(fixture.workspaceId, webhook.id, sent.id, fixture.context('delivery.retried'))
      const again = only(await fixture.claim())
      await fixture.record(fixture.failure(again, ENDED))
      expect(await run(await create(webhook.id, { only: kind }))).toMatchObject({ matched: 0, queued: 0 })
      expect(await fixture.claim()).toEqual([])
    })
  })

  describe('counting', () => {
    test.each([
      ['failed', 1],
      ['missing', 2],
      ['all', 3],
    ] as const)('%s: counts what the replay would queue, and writes nothing', async (kind, matched) => {
      const { webhook } = await mixed()
      const before = await fixture.deliveries()
      const scope = fixture.replayRow(webhook.id, { only: kind })
      expect(await fixture.storage.countReplay(scope, null)).toEqual({ matched, next: null })
      expect(await fixture.deliveries()).toEqual(before)
    })

    test('goes on in steps until everything is counted', async () => {
      const webhook = await fixture.addWebhook({ isActive: false })
      for (let batch = 0; batch < 5; batch++) await fixture.accept(fixture.events(500))
      const scope = fixture.replayRow(webhook.id)
      const counts: number[] = []
      let { matched, next } = await fixture.storage.countReplay(scope, null)
      counts.push(matched)
      while (next !== null) {
        ;({ matched, next } = await fixture.storage.countReplay(scope, next))
        counts.push(matched)
      }
      expect(counts.length).toBeGreaterThan(1)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2500)
    })
  })

  describe('the steps of a replay', () => {
    const missed = async (count: number) => {
      const webhook = await fixture.addWebhook({ isActive: false })
      await fixture.accept(fixture.events(count))
      await switchTo(webhook, true)
      return webhook
    }

    test('queue no more than they may, and no more than brings what is due to its bound', async () => {
      const row = await create((await missed(10)).id)
      expect(await step(row, { queueMax: 3, dueMax: 100 })).toEqual({ kind: 'advanced', queued: 3 })
      expect(await step(row, { queueMax: 100, dueMax: 5 })).toEqual({ kind: 'advanced', queued: 2 })
      expect(await idleStep(row, { queueMax: 100, dueMax: 5 })).toEqual({ kind: 'waiting', queued: 0 })
      expect(await stored(row)).toMatchObject({ status: 'running', queued: 5, matched: 5, finishedAt: null })
    })

    test('go on after the store is opened again exactly where they were', async () => {
      const webhook = await missed(10)
      const row = await create(webhook.id)
      await step(row, { queueMax: 4, dueMax: 100 })
      await fixture.reopen()
      expect(await run(row)).toMatchObject({ queued: 10, matched: 10 })
      const events = (await fixture.deliveries()).map(({ eventId }) => eventId)
      expect([events.length, new Set(events).size]).toEqual([10, 10])
    })

    test('leave out what was published after the replay began', async () => {
      const webhook = await missed(4)
      const row = await create(webhook.id, { until: fixture.now + MINUTE_MS })
      await step(row, { queueMax: 1, dueMax: 100 })
      await switchTo(webhook, false)
      await fixture.accept([fixture.event({ acceptedAt: fixture.now + 1 })])
      await switchTo(webhook, true)
      expect(await run(row)).toMatchObject({ queued: 4 })
    })

    test('wait while the webhook is off, and end with a webhook that is deleted', async () => {
      const webhook = await missed(4)
      const row = await create(webhook.id)
      await switchTo(webhook, false)
      expect(await fixture.storage.runningReplays(9)).toEqual([])
      expect(await idleStep(row)).toEqual({ kind: 'waiting', queued: 0 })
      await fixture.storage.deleteWebhook(fixture.workspaceId, webhook.id, fixture.context('webhook.deleted'))
      expect(only(await fixture.storage.runningReplays(9)).id).toBe(row.id)
      expect(await step(row)).toEqual({ kind: 'ended', queued: 0 })
      expect(await stored(row)).toMatchObject({ status: 'cancelled', finishedAt: fixture.now })
      expect(await fixture.deliveries()).toEqual([])
    })

    test('end when the replay is cancelled; what is queued stays', async () => {
      const row = await create((await missed(4)).id)
      await step(row, { queueMax: 1, dueMax: 100 })
      const context = fixture.context('replay.cancelled')
      await fixture.storage.cancelReplay(fixture.workspaceId, row.webhookId, row.id, context)
      expect(await step(row)).toEqual({ kind: 'ended', queued: 0 })
      const cancelled = await stored(row)
      expect(cancelled).toMatchObject({ status: 'cancelled', queued: 1, finishedAt: fixture.now })
      expect((await fixture.claim()).length).toBe(1)
      const later = fixture.context('replay.cancelled', { now: fixture.now + 5 })
      await fixture.storage.cancelReplay(fixture.workspaceId, row.webhookId, row.id, later)
      expect(await stored(row)).toEqual(cancelled)
    })

    test('make deliveries that keep the order of their call', async () => {
      const webhook = await fixture.addWebhook({ ordering: 'call', isActive: false })
      const events = fixture.events(3, { callId: 'call-1' })
      await fixture.accept(events)
      await switchTo(webhook, true)
      await run(await create(webhook.id))
      const live = fixture.event({ callId: 'call-1' })
      await fixture.accept([live])
      for (const { id } of [...events, live]) {
        const next = only(await fixture.claim({}, fixture.now + MINUTE_MS))
        expect(next.eventId).toBe(id)
        await fixture.record(fixture.result(next))
      }
    })
  })
}
