// Owns the guarantees about what deleting leaves: rows that history needs, for as long as it does, and a bounded number of others.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, PAGE } from './fixture.ts'

const DAY_MS = 24 * 60 * MINUTE_MS

export function deletingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const remove = (id: string) =>
    fixture.storage.deleteWebhook(fixture.workspaceId, id, fixture.context('webhook.deleted'))
  /** Of every deleted webhook, an hour later. */
  async function sweep(limit = 500): Promise<void> {
    for (let pass = 0; pass < 50; pass++)
      await fixture.storage.removeDeletedWebhooks(limit, fixture.now + 60 * MINUTE_MS)
  }
  const replaysOf = async (webhookId: string) =>
    (await fixture.storage.listReplays(fixture.workspaceId, webhookId, PAGE)).total

  describe('a deleted webhook', () => {
    test('goes with its replays when nothing refers to it, however many there are; others stay', async () => {
      const { storage } = fixture
      const kept = await fixture.addWebhook()
      const gone = []
      for (let count = 0; count < 7; count++) gone.push(await fixture.addWebhook())
      const replay = (webhookId: string) =>
        storage.createReplay(fixture.replayRow(webhookId), 5, fixture.context('replay.created'))
      for (const { id } of [kept, ...gone]) await replay(id)
      for (const { id } of gone) await remove(id)
      await sweep(2)
      expect(await Promise.all(gone.map(({ id }) => replaysOf(id)))).toEqual(gone.map(() => 0))
      expect(await replaysOf(kept.id)).toBe(1)
      // A row of the same id can be there once only.
      for (const { id } of gone) await fixture.addWebhook({ id })
      expect(await fixture.webhook(kept.id)).toEqual(kept)
    })

    test('stays as long as there is a delivery of it, which goes on showing which webhook it was of', async () => {
      const { storage } = fixture
      const webhook = await fixture.addWebhook()
      const { leased } = await fixture.accept(fixture.events(1, { acceptedAt: fixture.now - 31 * DAY_MS }))
      await remove(webhook.id)
      await sweep()
      expect(await fixture.record(fixture.result(found(leased[0])))).toEqual([true])
      await sweep()
      expect((await fixture.delivery()).webhookId).toBe(webhook.id)
      await expect(fixture.addWebhook({ id: webhook.id })).rejects.toThrow()
      await storage.pruneEvents({ now: fixture.now, retentionDaysDefault: 30, from: null, rowsMax: 500 })
      await sweep()
      expect(await fixture.deliveries()).toEqual([])
      await fixture.addWebhook({ id: webhook.id })
    })

    test('is not missed by a result that was under way while its call was erased, nor by others of its batch', async () => {
      const { storage, workspaceId } = fixture
      const webhook = await fixture.addWebhook()
      const erased = await fixture.accept(fixture.events(1, { callId: 'call-of-the-erased' }))
      await storage.eraseCall({ workspaceId, callId: 'call-of-the-erased', now: fixture.now, rowsMax: 500 })
      await remove(webhook.id)
      await sweep()
      await fixture.addWebhook()
      const others = await fixture.accept(fixture.events(1))
      const results = [found(erased.leased[0]), found(others.leased[0])].map((delivery) => fixture.result(delivery))
      // As a process that has not seen this webhook yet.
      await fixture.reopen()
      expect(await fixture.storage.recordAttempts(results, fixture.offer())).toMatchObject({ written: [false, true] })
    })

    test('leaves no number behind that what comes later could be taken for', async () => {
      const first = await fixture.addWebhook()
      await remove(first.id)
      await sweep()
      const second = await fixture.addWebhook()
      const third = await fixture.addWebhook()
      await fixture.accept(fixture.events(1))
      await remove(third.id)
      await sweep()
      const fourth = await fixture.addWebhook()
      await fixture.accept(fixture.events(1))
      await fixture.reopen()
      const of = async (webhookId: string) => (await fixture.deliveries({ webhookId })).length
      expect([await of(first.id), await of(second.id), await of(third.id), await of(fourth.id)]).toEqual([0, 2, 1, 1])
    })
  })

  test('a subscription that was deleted is shown by its deliveries, and is no other one that was made later', async () => {
    const { storage, workspaceId } = fixture
    const webhook = await fixture.addWebhook()
    const [subscription] = (await storage.listSubscriptions(workspaceId, webhook.id, null, PAGE)).rows
    const { id } = found(subscription)
    await fixture.accept(fixture.events(1))
    await storage.deleteSubscription(workspaceId, webhook.id, id, fixture.context('subscription.deleted'))
    for (let count = 0; count < 5; count++) {
      const made = await fixture.addSubscription(webhook.id)
      await storage.deleteSubscription(workspaceId, webhook.id, made.id, fixture.context('subscription.deleted'))
    }
    await sweep(2)
    expect((await fixture.delivery()).subscriptionId).toBe(id)
    const later = await fixture.addSubscription(webhook.id)
    await fixture.accept(fixture.events(1))
    expect((await fixture.deliveries()).map(({ subscriptionId }) => subscriptionId).sort()).toEqual(
      [id, later.id].sort(),
    )
  })

  test('keys that were revoked and replays that have ended are kept to the newest hundred; what is in use stays', async () => {
    const { storage, workspaceId, now } = fixture
    const webhook = await fixture.addWebhook()
    const key = async (nth: number) => {
      const id = randomUUID()
      const fields = { name: `k${nth}`, scopes: [], environment: 'production', preview: 'p', lastUsedAt: null } as const
      const row = { ...fields, id, workspaceId, hash: `h${nth}`, createdAt: now + nth, revokedAt: null }
      await storage.createApiKey(row, 1000, fixture.context('api_key.created'))
      return id
    }
    await key(0)
    for (let nth = 1; nth <= 103; nth++) {
      const context = fixture.context('api_key.revoked')
      await storage.revokeApiKey(workspaceId, await key(nth), { ...context, now: now + nth })
      const replay = fixture.replayRow(webhook.id, { createdAt: now + nth })
      await storage.createReplay(replay, 5, fixture.context('replay.created'))
      await storage.cancelReplay(workspaceId, webhook.id, replay.id, fixture.context('replay.cancelled'))
    }
    expect((await storage.listApiKeys(workspaceId, PAGE)).total).toBe(101)
    const inUse = await Promise.all(['h0', 'h3', 'h4', 'h103'].map((hash) => storage.findApiKey(hash)))
    expect(inUse.map((row) => row?.name)).toEqual(['k0', undefined, 'k4', 'k103'])
    expect(await replaysOf(webhook.id)).toBe(100)
  })

  describe('the audit log', () => {
    /** A whole sweep; how many batches removed how much. */
    async function prune(retentionDays: number, entriesMax: number, rowsMax = 500): Promise<number[]> {
      const removed: number[] = []
      for (let after: string | null = null, isDone = false; !isDone; ) {
        const request = { now: fixture.now, retentionDays, entriesMax, after, rowsMax }
        const result = await fixture.storage.pruneAuditEntries(request)
        if (result.removed > 0) removed.push(result.removed)
        ;({ next: after, isDone } = result)
      }
      return removed
    }
    async function note(count: number, agoMs: number, workspaceId: string = fixture.workspaceId): Promise<void> {
      const context = fixture.context('webhook.created')
      for (let nth = 0; nth < count; nth++) {
        const audit = { ...context.audit, id: randomUUID(), workspaceId, targetId: `${workspaceId}-${nth}` }
        await fixture.storage.addAuditEntry({ now: fixture.now - agoMs, audit })
      }
    }
    const entries = async (workspaceId: string) => (await fixture.storage.listAuditEntries(workspaceId, HISTORY)).rows

    test('loses what is too old, in bounded batches, whoever it is of; 0 keeps for ever', async () => {
      // With entries of the two workspaces themselves, which are young.
      const other = await fixture.addWorkspace()
      await note(5, 8 * DAY_MS)
      await note(2, 8 * DAY_MS, other)
      await note(3, 6 * DAY_MS)
      expect(await prune(0, 1_000_000)).toEqual([])
      expect(await prune(7, 1_000_000, 4)).toEqual([2, 2, 2, 1])
      expect([(await entries(fixture.workspaceId)).length, (await entries(other)).length]).toEqual([5, 0])
      expect(await prune(7, 1_000_000)).toEqual([])
    })

    test('of a workspace with too many entries keeps the newest, and leaves all others alone', async () => {
      const other = await fixture.addWorkspace()
      await note(20, MINUTE_MS)
      await note(3, MINUTE_MS, other)
      const others = await entries(other)
      expect(await prune(365, 8, 5)).toEqual([5, 5, 4])
      const kept = await entries(fixture.workspaceId)
      expect(kept).toHaveLength(8)
      expect(kept.map(({ targetId }) => targetId)).toContain(`${fixture.workspaceId}-19`)
      expect(await entries(other)).toEqual(others)
      expect(await prune(365, 8)).toEqual([])
    })
  })
}
