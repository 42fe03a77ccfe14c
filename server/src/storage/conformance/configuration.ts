// Owns the guarantees of what is configured: workspaces, keys, webhooks, subscriptions, event types; and of the audit
// entry that goes with every change.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiKeyRow, EventTypeRow } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, only, PAGE, TYPE } from './fixture.ts'

export function configurationConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  describe('workspaces', () => {
    test('are found, listed newest first, and renamed', async () => {
      const row = { id: randomUUID(), name: 'Beta', retentionDays: 7, createdAt: fixture.now + 1 }
      await fixture.storage.createWorkspace(row, fixture.context('workspace.created'))
      expect(await fixture.storage.findWorkspace(row.id)).toEqual(row)
      const { rows, total } = await fixture.storage.listWorkspaces({ page: 1, limit: 1 })
      expect([rows, total]).toEqual([[row], 2])
      expect(await fixture.storage.hasWorkspaces()).toBe(true)
      const renamed = await fixture.storage.updateWorkspace(
        row.id,
        { name: 'Gamma' },
        fixture.context('workspace.updated'),
      )
      expect(renamed).toEqual({ ...row, name: 'Gamma' })
      const unknown = fixture.storage.updateWorkspace(randomUUID(), { name: 'x' }, fixture.context())
      await expect(unknown).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' })
    })
  })

  describe('API keys', () => {
    const keyRow = (fields: Partial<ApiKeyRow> = {}): ApiKeyRow => ({
      id: randomUUID(),
      workspaceId: fixture.workspaceId,
      name: 'CI',
      scopes: ['webhooks:read', 'events:write'],
      environment: 'production',
      hash: randomUUID(),
      preview: 'sk_live_4d4d...c8f0',
      createdAt: fixture.now,
      lastUsedAt: null,
      revokedAt: null,
      ...fields,
    })

    test('are found by their hash, also when revoked', async () => {
      const row = keyRow()
      await fixture.storage.createApiKey(row, 9, fixture.context('api_key.created'))
      expect(await fixture.storage.findApiKey(row.hash)).toEqual(row)
      await fixture.storage.revokeApiKey(fixture.workspaceId, row.id, fixture.context('api_key.revoked'))
      expect(await fixture.storage.findApiKey(row.hash)).toEqual({ ...row, revokedAt: fixture.now })
      expect((await fixture.storage.listApiKeys(fixture.workspaceId, PAGE)).total).toBe(1)
      expect(await fixture.storage.findApiKey('unknown')).toBeUndefined()
    })

    test('revoking a second time changes nothing and leaves no audit entry', async () => {
      const row = keyRow()
      await fixture.storage.createApiKey(row, 9, fixture.context('api_key.created'))
      const revoke = (now: number) =>
        fixture.storage.revokeApiKey(fixture.workspaceId, row.id, fixture.context('api_key.revoked', { now }))
      await revoke(fixture.now)
      await revoke(fixture.now + 1)
      expect((await fixture.storage.findApiKey(row.hash))?.revokedAt).toBe(fixture.now)
      const { rows } = await fixture.storage.listAuditEntries(fixture.workspaceId, HISTORY)
      expect(rows.filter(({ action }) => action === 'api_key.revoked').length).toBe(1)
    })

    test('revoking what is not there, or is of another workspace, is refused', async () => {
      const row = keyRow()
      await fixture.storage.createApiKey(row, 9, fixture.context('api_key.created'))
      const other = await fixture.addWorkspace()
      const refused = fixture.storage.revokeApiKey(other, row.id, fixture.context())
      await expect(refused).rejects.toMatchObject({ code: 'API_KEY_NOT_FOUND' })
    })

    test('revoked keys do not count for the limit', async () => {
      const row = keyRow()
      await fixture.storage.createApiKey(row, 1, fixture.context())
      const second = fixture.storage.createApiKey(keyRow(), 1, fixture.context())
      await expect(second).rejects.toMatchObject({ code: 'API_KEY_LIMIT_REACHED', details: { limit: 1 } })
      await fixture.storage.revokeApiKey(fixture.workspaceId, row.id, fixture.context())
      await fixture.storage.createApiKey(keyRow(), 1, fixture.context())
    })

    test('the last use is noted and never goes back', async () => {
      const row = keyRow()
      await fixture.storage.createApiKey(row, 9, fixture.context())
      await fixture.storage.noteKeyUse(new Map([[row.id, 200]]))
      await fixture.storage.noteKeyUse(
        new Map([
          [row.id, 100],
          [randomUUID(), 100],
        ]),
      )
      expect((await fixture.storage.findApiKey(row.hash))?.lastUsedAt).toBe(200)
    })
  })

  describe('webhooks', () => {
    test('every field comes back as it went in', async () => {
      const row = fixture.webhookRow({
        agentId: randomUUID(),
        description: 'CRM',
        ordering: 'call',
        rateLimitPerSecond: 7,
        retrySchedule: [0, 5, 300],
        previousSecrets: [
          { sealed: 'sealed previous', expiresAt: fixture.now + 2 },
          { sealed: 'sealed before', expiresAt: fixture.now + 1 },
        ],
      })
      await fixture.storage.createWebhook(row, 9, fixture.context())
      expect(await fixture.storage.findWebhook(fixture.workspaceId, row.id)).toEqual({ ...row, subscriptionCount: 0 })
      expect(await fixture.storage.loadTarget(fixture.workspaceId, row.id)).toEqual(row)
      await fixture.reopen()
      expect(await fixture.storage.loadTarget(fixture.workspaceId, row.id)).toEqual(row)
    })

    test('an update changes what it names, raises the version and nothing else', async () => {
      const row = await fixture.addWebhook({ description: 'CRM', retrySchedule: [1] })
      const change = { url: 'https://b.example/', retrySchedule: null, isActive: false }
      const context = fixture.context('webhook.updated', { now: fixture.now + 9 })
      const updated = await fixture.storage.updateWebhook(fixture.workspaceId, row.id, change, context)
      expect(updated).toEqual({ ...row, ...change, subscriptionCount: 1, version: 2, updatedAt: fixture.now + 9 })
      expect(await fixture.storage.findWebhook(fixture.workspaceId, row.id)).toEqual(updated)
    })

    test('a workspace has no more than the limit, and deleted ones do not count', async () => {
      const row = fixture.webhookRow()
      await fixture.storage.createWebhook(row, 1, fixture.context())
      const second = fixture.storage.createWebhook(fixture.webhookRow(), 1, fixture.context())
      await expect(second).rejects.toMatchObject({ code: 'WEBHOOK_LIMIT_REACHED', details: { limit: 1 } })
      await fixture.storage.deleteWebhook(fixture.workspaceId, row.id, fixture.context('webhook.deleted'))
      await fixture.storage.createWebhook(fixture.webhookRow(), 1, fixture.context())
    })

    test('is made with its first subscriptions, or with none of them', async () => {
      const row = fixture.webhookRow()
      const subscriptions = ['b.b', 'a.a'].map((eventKey) => fixture.subscriptionRow(row.id, { eventKey }))
      const { storage, workspaceId } = fixture
      const none = storage.createWebhook(row, 0, fixture.context(), subscriptions)
      await expect(none).rejects.toMatchObject({ code: 'WEBHOOK_LIMIT_REACHED' })
      expect((await storage.listSubscriptions(workspaceId, row.id, null, PAGE)).total).toBe(0)
      await storage.createWebhook(row, 9, fixture.context(), subscriptions)
      const { rows } = await storage.listSubscriptions(workspaceId, row.id, null, PAGE)
      expect(rows.toReversed()).toEqual(subscriptions)
    })

    test('counts its subscriptions, wherever it is looked at', async () => {
      const { storage, workspaceId } = fixture
      const [{ id }, other] = [await fixture.addWebhook(), await fixture.addWebhook()]
      await fixture.addSubscription(id, { eventKey: 'b.b', isActive: false })
      const counts = (rows: readonly { id: string; subscriptionCount: number }[]) =>
        Object.fromEntries(rows.map((row) => [row.id, row.subscriptionCount]))
      expect(counts((await storage.listWebhooks(workspaceId, PAGE)).rows)).toEqual({ [id]: 2, [other.id]: 1 })
      expect((await storage.findWebhook(workspaceId, id))?.subscriptionCount).toBe(2)
      const changed = await storage.updateWebhook(workspaceId, id, { url: 'https://b.example/' }, fixture.context())
      expect(changed.subscriptionCount).toBe(2)
    })

    test('two creations at once cannot both take the last free place', async () => {
      const create = () => fixture.storage.createWebhook(fixture.webhookRow(), 1, fixture.context())
      const outcomes = await Promise.allSettled([create(), create(), create()])
      expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1)
      expect((await fixture.storage.listWebhooks(fixture.workspaceId, PAGE)).total).toBe(1)
    })

    test('cannot be made in a workspace that is not there', async () => {
      const row = fixture.webhookRow({ workspaceId: randomUUID() })
      await expect(fixture.storage.createWebhook(row, 9, fixture.context())).rejects.toMatchObject({
        code: 'WORKSPACE_NOT_FOUND',
      })
    })

    test('a deleted one is invisible everywhere, and so are its subscriptions', async () => {
      const { id } = await fixture.addWebhook()
      const { storage, workspaceId } = fixture
      await storage.deleteWebhook(workspaceId, id, fixture.context('webhook.deleted'))
      expect(await storage.findWebhook(workspaceId, id)).toBeUndefined()
      expect(await storage.loadTarget(workspaceId, id)).toBeUndefined()
      expect(await storage.listWebhooks(workspaceId, PAGE)).toEqual({ rows: [], total: 0 })
      expect(await storage.listSubscriptions(workspaceId, id, null, PAGE)).toEqual({ rows: [], total: 0 })
      const refusal = { code: 'WEBHOOK_NOT_FOUND', details: { id } }
      await expect(storage.updateWebhook(workspaceId, id, {}, fixture.context())).rejects.toMatchObject(refusal)
      await expect(storage.deleteWebhook(workspaceId, id, fixture.context())).rejects.toMatchObject(refusal)
      await expect(fixture.addSubscription(id)).rejects.toMatchObject(refusal)
    })

    test('another workspace sees none of it', async () => {
      const { id } = await fixture.addWebhook()
      const other = await fixture.addWorkspace()
      expect(await fixture.storage.findWebhook(other, id)).toBeUndefined()
      expect((await fixture.storage.listWebhooks(other, PAGE)).total).toBe(0)
      const refusal = { code: 'WEBHOOK_NOT_FOUND' }
      await expect(fixture.storage.deleteWebhook(other, id, fixture.context())).rejects.toMatchObject(refusal)
      await expect(fixture.addSubscription(id, { workspaceId: other, eventKey: 'x' })).rejects.toMatchObject(refusal)
    })

    test('pages have the rows in one order without gaps, and the total', async () => {
      const made = []
      for (let count = 0; count < 5; count++) made.push((await fixture.addWebhook()).id)
      const page = async (number: number) =>
        fixture.storage.listWebhooks(fixture.workspaceId, { page: number, limit: 2 })
      const pages = [await page(1), await page(2), await page(3), await page(4)]
      expect(pages.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(made.reverse())
      expect(pages.map(({ total }) => total)).toEqual([5, 5, 5, 5])
    })
  })

  describe('subscriptions', () => {
    test('are found, listed by activity, switched and deleted', async () => {
      const webhook = await fixture.addWebhook()
      const row = await fixture.addSubscription(webhook.id, { eventKey: 'call.error', isActive: false })
      const { storage, workspaceId } = fixture
      expect(await storage.findSubscription(workspaceId, webhook.id, row.id)).toEqual(row)
      const keys = async (isActive: boolean | null) =>
        (await storage.listSubscriptions(workspaceId, webhook.id, isActive, PAGE)).rows.map(({ eventKey }) => eventKey)
      expect([await keys(true), await keys(false), await keys(null)]).toEqual([
        [TYPE],
        ['call.error'],
        ['call.error', TYPE],
      ])
      const context = fixture.context('subscription.updated', { now: fixture.now + 3 })
      const on = await storage.updateSubscription(workspaceId, webhook.id, row.id, true, context)
      expect(on).toEqual({ ...row, isActive: true, updatedAt: fixture.now + 3 })
      await storage.deleteSubscription(workspaceId, webhook.id, row.id, fixture.context())
      const refusal = { code: 'SUBSCRIPTION_NOT_FOUND' }
      const { id } = row
      await expect(storage.deleteSubscription(workspaceId, webhook.id, id, fixture.context())).rejects.toMatchObject(
        refusal,
      )
      const update = storage.updateSubscription(workspaceId, webhook.id, id, true, fixture.context())
      await expect(update).rejects.toMatchObject(refusal)
    })

    test('the same key twice on one webhook is refused', async () => {
      const webhook = await fixture.addWebhook()
      await expect(fixture.addSubscription(webhook.id)).rejects.toMatchObject({
        code: 'SUBSCRIPTION_EXISTS',
        details: { eventKey: TYPE },
      })
    })
  })

  describe('event types of a workspace', () => {
    const LIMITS = { types: 9, bytes: 10_000 }
    const typeRow = (key: string): EventTypeRow => ({
      workspaceId: fixture.workspaceId,
      key,
      title: 'Order placed',
      description: '',
      schema: { type: 'object', properties: { id: { type: 'string' } } },
      example: { id: 'ñ' },
      isDeprecated: false,
      createdAt: fixture.now,
      updatedAt: fixture.now,
    })

    test('are kept, listed in order of key, changed and deleted', async () => {
      const { storage, workspaceId } = fixture
      for (const key of ['order.b', 'order.a']) await storage.createEventType(typeRow(key), LIMITS, fixture.context())
      const both = { rows: [typeRow('order.a'), typeRow('order.b')], total: 2 }
      expect(await storage.listEventTypes(workspaceId, { offset: 0, limit: 9 })).toEqual(both)
      const change = { isDeprecated: true, schema: { type: 'object' } }
      const changed = await storage.updateEventType(workspaceId, 'order.a', change, LIMITS, fixture.context())
      expect(changed).toEqual({ ...typeRow('order.a'), ...change })
      expect(await storage.findEventType(workspaceId, 'order.a')).toEqual(changed)
      await storage.deleteEventType(workspaceId, 'order.a', fixture.context())
      const refusal = { code: 'EVENT_TYPE_NOT_FOUND' }
      await expect(storage.deleteEventType(workspaceId, 'order.a', fixture.context())).rejects.toMatchObject(refusal)
      await expect(
        storage.updateEventType(workspaceId, 'order.a', {}, LIMITS, fixture.context()),
      ).rejects.toMatchObject(refusal)
    })

    test('are read as far as they are asked for', async () => {
      const { storage, workspaceId } = fixture
      const keys = ['order.a', 'order.b', 'order.c', 'order.d', 'order.e']
      for (const key of keys.toReversed()) await storage.createEventType(typeRow(key), LIMITS, fixture.context())
      const keysOf = async (offset: number, limit: number) => {
        const { rows, total } = await storage.listEventTypes(workspaceId, { offset, limit })
        return [total, ...rows.map(({ key }) => key)]
      }
      expect(await keysOf(0, 2)).toEqual([5, 'order.a', 'order.b'])
      expect(await keysOf(3, 9)).toEqual([5, 'order.d', 'order.e'])
      expect(await keysOf(0, 0)).toEqual([5])
      expect(await keysOf(9, 9)).toEqual([5])
    })

    test('are refused when all of a workspace would take too many bytes, but may always get smaller', async () => {
      const { storage, workspaceId } = fixture
      const row = typeRow('order.a')
      const bytes = Buffer.byteLength(JSON.stringify(row.schema) + JSON.stringify(row.example))
      const limits = { types: 9, bytes: 2 * bytes }
      const refusal = { code: 'EVENT_TYPE_BYTES_REACHED', details: { limitBytes: limits.bytes } }
      for (const key of ['order.a', 'order.b']) await storage.createEventType(typeRow(key), limits, fixture.context())
      const third = storage.createEventType(typeRow('order.c'), limits, fixture.context())
      await expect(third).rejects.toMatchObject(refusal)
      const change = (fields: object, within = limits) =>
        storage.updateEventType(workspaceId, 'order.a', fields, within, fixture.context())
      await expect(change({ description: 'é' })).rejects.toMatchObject(refusal)
      const tight = { types: 9, bytes: 1 }
      await change({ title: 'Other', schema: {} }, tight)
      await expect(change({ description: 'longer' }, tight)).rejects.toMatchObject({ code: refusal.code })
      expect((await storage.listEventTypes(workspaceId, { offset: 0, limit: 9 })).total).toBe(2)
      await storage.createEventType({ ...row, workspaceId: await fixture.addWorkspace() }, limits, fixture.context())
    })

    test('are scanned over all workspaces, in order of workspace and key', async () => {
      const { storage, workspaceId } = fixture
      const other = await fixture.addWorkspace()
      const rows = [
        ...['order.a', 'order.b'].map((key) => typeRow(key)),
        { ...typeRow('order.c'), workspaceId: other },
      ].sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : a.workspaceId > b.workspaceId ? 1 : 0))
      for (const row of rows) await storage.createEventType(row, LIMITS, fixture.context())
      const seen: EventTypeRow[] = []
      for (;;) {
        const page = await storage.scanEventTypes(seen.at(-1) ?? null, 1)
        if (page.length === 0) break
        seen.push(...page)
      }
      expect(seen.filter((row) => row.workspaceId === workspaceId || row.workspaceId === other)).toEqual(rows)
    })

    test('are refused when they exist, are too many, or are still subscribed to', async () => {
      const { storage, workspaceId } = fixture
      const create = (key: string) => storage.createEventType(typeRow(key), { ...LIMITS, types: 2 }, fixture.context())
      await create('order.a')
      await expect(create('order.a')).rejects.toMatchObject({ code: 'EVENT_TYPE_EXISTS' })
      await create('order.b')
      await expect(create('order.c')).rejects.toMatchObject({ code: 'EVENT_TYPE_LIMIT_REACHED' })
      await fixture.addSubscription((await fixture.addWebhook()).id, { eventKey: 'order.a' })
      const inUse = storage.deleteEventType(workspaceId, 'order.a', fixture.context())
      await expect(inUse).rejects.toMatchObject({ code: 'EVENT_TYPE_IN_USE', details: { key: 'order.a', count: 1 } })
    })
  })

  describe('the audit log', () => {
    test('has the entry of every change, newest first, page by page', async () => {
      const context = fixture.context('webhook.created', { now: fixture.now + 7 })
      const audit = { ...context.audit, changedFields: ['url', 'headers'], remoteAddress: '203.0.113.9' }
      await fixture.storage.createWebhook(fixture.webhookRow(), 9, { ...context, audit })
      await fixture.storage.addAuditEntry(fixture.context('webhook.secret_revealed'))
      const first = await fixture.storage.listAuditEntries(fixture.workspaceId, { limit: 1, before: null })
      expect(only(first.rows).action).toBe('webhook.secret_revealed')
      const second = await fixture.storage.listAuditEntries(fixture.workspaceId, { limit: 1, before: first.next })
      const { seq: _, ...entry } = only(second.rows)
      expect(entry).toEqual({ ...audit, createdAt: fixture.now + 7 })
    })

    test('a change that is refused leaves no entry', async () => {
      const count = async () => (await fixture.storage.listAuditEntries(null, HISTORY)).rows.length
      const before = await count()
      await expect(fixture.storage.createWebhook(fixture.webhookRow(), 0, fixture.context())).rejects.toThrow()
      expect(await count()).toBe(before)
    })

    test('of a workspace has its own entries, that of the instance has all', async () => {
      const audit = { ...fixture.context().audit, workspaceId: null, id: randomUUID() }
      await fixture.storage.addAuditEntry({ now: fixture.now, audit })
      const own = await fixture.storage.listAuditEntries(fixture.workspaceId, HISTORY)
      const all = await fixture.storage.listAuditEntries(null, HISTORY)
      expect(own.rows.some(({ id }) => id === audit.id)).toBe(false)
      expect(found(all.rows[0]).id).toBe(audit.id)
      expect(all.rows.length).toBe(own.rows.length + 1)
    })
  })
}
