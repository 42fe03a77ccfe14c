// Owns the guarantees of what is told of an event that nothing matches: why, of whom, and how much (CONTRACT §2, Event).
import { randomUUID } from 'node:crypto'
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AcceptedRow, AcceptRequest, NewEvent } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, OTHER_TYPE, only, TYPE } from './fixture.ts'

export function skippingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const rowsOf = async (request: AcceptRequest): Promise<readonly AcceptedRow[]> => {
    const result = only((await fixture.storage.acceptEvents([request], fixture.offer())).results)
    if (!('events' in result)) throw new Error(`The request is ${result.kind}.`)
    return result.events
  }
  const accept = (...events: readonly NewEvent[]) => rowsOf({ workspaceId: fixture.workspaceId, events })
  const skipped = async (fields: Partial<NewEvent> = {}) => only(await accept(fixture.event(fields))).skipped

  /** One webhook for each reason why an event of TYPE and no agent does not reach it. */
  async function addOneOfEach(): Promise<readonly SkippedWebhook[]> {
    const of = async (reason: SkippedWebhook['reason'], row: ReturnType<Fixture['webhookRow']>) => {
      await fixture.storage.createWebhook(row, 1000, fixture.context())
      return { webhookId: row.id, reason }
    }
    const none = await of('no_subscription', fixture.webhookRow())
    await fixture.addSubscription(none.webhookId, { eventKey: OTHER_TYPE })
    const paused = await of('subscription_inactive', fixture.webhookRow())
    await fixture.addSubscription(paused.webhookId, { isActive: false })
    const off = await of('webhook_inactive', fixture.webhookRow({ isActive: false }))
    const agents = await of('other_agent', fixture.webhookRow({ agentId: randomUUID() }))
    for (const { webhookId } of [off, agents]) await fixture.addSubscription(webhookId)
    return [agents, off, paused, none]
  }

  describe('an event that nothing matches', () => {
    test('says of each webhook why it does not get it, what comes closest first', async () => {
      expect(await skipped()).toEqual([])
      const each = await addOneOfEach()
      expect(await skipped()).toEqual(each)
      expect(await skipped({ agentId: randomUUID() })).toEqual(each)
    })

    test('tells nothing of what is deleted, nor of another workspace', async () => {
      const { id } = await fixture.addWebhook({ isActive: false })
      await fixture.storage.deleteWebhook(fixture.workspaceId, id, fixture.context('webhook.deleted'))
      const other = await fixture.addWorkspace()
      await fixture.addWebhook({ workspaceId: other, isActive: false })
      expect(await skipped()).toEqual([])
      const theirs = only(await rowsOf({ workspaceId: other, events: [fixture.event()] }))
      expect(theirs.skipped).toMatchObject([{ reason: 'webhook_inactive' }])
    })

    test('is told beside those that something matches, which say nothing', async () => {
      const { id } = await fixture.addWebhook()
      const rows = await accept(fixture.event(), fixture.event({ type: OTHER_TYPE }), fixture.event())
      expect(rows.map((row) => 'skipped' in row)).toEqual([false, true, false])
      expect(rows[1]?.skipped).toEqual([{ webhookId: id, reason: 'no_subscription' }])
    })

    test('names at most twenty webhooks, and a request a thousand', async () => {
      for (let nth = 0; nth < 25; nth++) await fixture.addWebhook()
      const list = found(await skipped({ type: 'nobody.wants' }))
      expect(list).toHaveLength(20)
      expect(new Set(list.map(({ webhookId }) => webhookId)).size).toBe(20)
      const rows = await accept(...fixture.events(60, { type: 'nobody.wants' }))
      expect(rows.filter((row) => row.skipped?.length === 20)).toHaveLength(50)
      expect(rows.filter((row) => row.skipped === undefined)).toHaveLength(10)
    })

    test('is answered the same under its key, whatever has been configured since; a duplicate says nothing', async () => {
      const { workspaceId } = fixture
      const off = await fixture.addWebhook({ isActive: false })
      const idempotency = {
        workspaceId,
        credential: 'admin',
        key: 'key-1',
        requestHash: 'a',
        expiresAt: fixture.now + 1000,
      }
      const agentId = randomUUID()
      const request = { workspaceId, events: [fixture.event({ agentId })], idempotency }
      const first = await rowsOf(request)
      const change = { isActive: true }
      await fixture.storage.updateWebhook(workspaceId, off.id, change, fixture.context('webhook.updated'))
      expect(first).toMatchObject([{ agentId, skipped: [{ webhookId: off.id, reason: 'webhook_inactive' }] }])
      expect(await rowsOf(request)).toEqual(first)
      const { skipped: _, ...same } = only(first)
      expect(await accept(...request.events)).toEqual([{ ...same, duplicate: true }])
    })

    test('is found among those that reached somebody', async () => {
      await fixture.addWebhook()
      const [reached, missed] = [fixture.event(), fixture.event({ type: OTHER_TYPE })]
      await accept(reached, missed)
      const ids = async (undelivered: boolean) =>
        (await fixture.storage.listEvents(fixture.workspaceId, { undelivered }, HISTORY)).rows.map(({ id }) => id)
      expect(await ids(true)).toEqual([missed.id])
      expect(await ids(false)).toEqual([reached.id])
    })
  })

  test('a test send says nothing of others', async () => {
    const { id } = await fixture.addWebhook({ isActive: false })
    await fixture.addWebhook({ isActive: false })
    expect(await skipped({ testOf: id })).toBeUndefined()
  })

  test('the webhooks of a workspace are listed with their subscription to a type, those that have one first', async () => {
    const each = await addOneOfEach()
    const { storage, workspaceId } = fixture
    await fixture.addWebhook({ workspaceId: await fixture.addWorkspace() })
    const listed = await storage.listCandidates(workspaceId, TYPE, 9)
    expect(listed.map(({ webhookId }) => webhookId).toSorted()).toEqual(
      each.map(({ webhookId }) => webhookId).toSorted(),
    )
    expect(listed.map(({ isSubscriptionActive }) => isSubscriptionActive === null)).toEqual([false, false, false, true])
    expect(await storage.listCandidates(workspaceId, TYPE, 2)).toEqual(listed.slice(0, 2))
    const paused = listed.find(({ isSubscriptionActive }) => isSubscriptionActive === 0)
    expect(paused).toMatchObject({ isActive: 1, agentId: null, subscriptionUpdatedAt: fixture.now })
    expect(paused?.subscribedAt).toBeGreaterThan(fixture.now)
  })
}
