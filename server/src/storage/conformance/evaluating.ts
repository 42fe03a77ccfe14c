// Owns the guarantees about webhooks that keep failing: who is listed, and that a verdict holds only for what was evaluated.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditNote, EvaluatedWebhook, WebhookRow } from '../storage.ts'
import { Fixture, found, HISTORY, type MakeStorage, MINUTE_MS, only } from './fixture.ts'

const OPERATIONAL = 'webhook.failing'

export function evaluatingConformance(makeStorage: MakeStorage): void {
  let fixture: Fixture
  beforeEach(async () => {
    fixture = await Fixture.make(makeStorage)
  })
  afterEach(() => fixture.destroy())

  const list = (failingMsMin = 0, after = '', limit = 100) =>
    fixture.storage.listWebhooksToEvaluate(failingMsMin, after, limit)

  /** A webhook whose one delivery failed, and again `laterMs` afterwards. */
  const failingWebhook = async (laterMs = 0): Promise<WebhookRow> => {
    const webhook = await fixture.addWebhook()
    const first = only((await fixture.accept([fixture.event()])).leased)
    await fixture.record(fixture.failure(first, { nextAttemptAt: fixture.now }))
    if (laterMs > 0) {
      const again = only(await fixture.claim())
      const failure = fixture.failure(again, { nextAttemptAt: fixture.now + 99 * MINUTE_MS })
      await fixture.record({ ...failure, attempt: { ...failure.attempt, startedAt: fixture.now + laterMs } })
    }
    return webhook
  }

  const write = (webhook: EvaluatedWebhook, fields: { warnedPercent: number; disable: 'failing' | null }) =>
    fixture.storage.writeVerdict(
      { webhook, ...fields, announce: fixture.event({ type: OPERATIONAL }), now: fixture.now },
      fixture.offer(),
    )

  describe('what the health of a webhook is told from', () => {
    test('has when its next attempt is due, and not that of another webhook', async () => {
      const webhook = await failingWebhook()
      const other = await fixture.addWebhook()
      const next = (id: string, workspaceId = fixture.workspaceId) => fixture.storage.nextAttemptOf(workspaceId, id)
      expect(await next(webhook.id)).toBe(fixture.now)
      expect(await next(other.id)).toBeNull()
      expect(await next(webhook.id, randomUUID())).toBeNull()
    })

    test('has the changes of one thing since a time, newest first, and nothing of others', async () => {
      const { storage, workspaceId, now } = fixture
      const targetId = randomUUID()
      const note = (at: number, fields: Partial<AuditNote> = {}) => {
        const context = fixture.context('webhook.updated', { now: at })
        return storage.addAuditEntry({ ...context, audit: { ...context.audit, targetId, ...fields } })
      }
      await note(now - 2, { changedFields: ['url'] })
      await note(now - 1, { action: 'webhook.secret_rotated', changedFields: ['secret'] })
      await note(now, { targetId: randomUUID() })
      await note(now - 9)
      const changes = await storage.listChangesOf(workspaceId, targetId, now - 2)
      expect(changes.map(({ action, changedFields, createdAt }) => [action, changedFields, createdAt])).toEqual([
        ['webhook.secret_rotated', ['secret'], now - 1],
        ['webhook.updated', ['url'], now - 2],
      ])
      expect(await storage.listChangesOf(randomUUID(), targetId, 0)).toEqual([])
    })
  })

  describe('webhooks to evaluate', () => {
    test('are those that fail for long enough, and never one that is well', async () => {
      const failing = await failingWebhook(MINUTE_MS)
      await fixture.storage.updateWebhook(
        fixture.workspaceId,
        failing.id,
        { url: 'https://other.example/' },
        fixture.context(),
      )
      expect((await list(MINUTE_MS)).map(({ id, url }) => [id, url])).toEqual([[failing.id, 'https://other.example/']])
      expect(await list(MINUTE_MS + 1)).toEqual([])
      const [evaluated] = await list()
      expect((evaluated?.lastFailureAt ?? 0) - (evaluated?.failingSince ?? 0)).toBe(MINUTE_MS)
    })

    test('are not those that were deleted or disabled', async () => {
      const failing = await failingWebhook()
      await fixture.storage.updateWebhook(fixture.workspaceId, failing.id, { isActive: false }, fixture.context())
      expect(await list()).toEqual([])
      await fixture.storage.updateWebhook(fixture.workspaceId, failing.id, { isActive: true }, fixture.context())
      expect(await list()).toEqual([])
    })

    test('come in bounded batches, in order of id', async () => {
      const webhooks = [await fixture.addWebhook(), await fixture.addWebhook(), await fixture.addWebhook()]
      const { leased } = await fixture.accept([fixture.event()])
      await fixture.record(...leased.map((delivery) => fixture.failure(delivery)))
      const ids = webhooks.map(({ id }) => id).sort()
      const first = await list(0, '', 2)
      expect([...first, ...(await list(0, first.at(-1)?.id ?? '', 2))].map(({ id }) => id)).toEqual(ids)
    })
  })

  describe('a verdict', () => {
    test('is kept with its announcement, so that the same warning is not given twice', async () => {
      await failingWebhook()
      const listener = await fixture.addWebhook()
      await fixture.addSubscription(listener.id, { eventKey: OPERATIONAL })
      const result = await write(only(await list()), { warnedPercent: 50, disable: null })
      expect(result.written).toBe(true)
      expect(only(result.leased)).toMatchObject({ webhookId: listener.id, eventKey: OPERATIONAL })
      expect(only(await list()).warnedPercent).toBe(50)
    })

    test('can switch the webhook off, which raises its version and stops it being evaluated', async () => {
      const webhook = await failingWebhook()
      await write(only(await list()), { warnedPercent: 0, disable: 'failing' })
      expect(found(await fixture.storage.findWebhook(fixture.workspaceId, webhook.id))).toMatchObject({
        isActive: false,
        disabledReason: 'failing',
        version: webhook.version + 1,
      })
      expect(await list()).toEqual([])
      const [entry] = (await fixture.storage.listAuditEntries(fixture.workspaceId, HISTORY)).rows
      expect(entry).toMatchObject({ action: 'webhook.disabled', actor: 'service', targetId: webhook.id })
    })

    test('is void when a success came in between, and announces nothing', async () => {
      await failingWebhook()
      const evaluated = only(await list())
      const again = only(await fixture.claim())
      await fixture.record(fixture.result(again))
      expect(await write(evaluated, { warnedPercent: 0, disable: 'failing' })).toEqual({
        written: false,
        leased: [],
        pulled: [],
        overflow: 0,
      })
      const { rows } = await fixture.storage.listEvents(fixture.workspaceId, { type: OPERATIONAL }, HISTORY)
      expect(rows).toEqual([])
    })

    test('about a webhook that was warned about is asked for again when it is well', async () => {
      const webhook = await failingWebhook()
      await write(only(await list()), { warnedPercent: 70, disable: null })
      await fixture.record(fixture.result(only(await fixture.claim())))
      expect(only(await list(99 * MINUTE_MS))).toMatchObject({ id: webhook.id, failingSince: null, warnedPercent: 70 })
    })

    test("about another workspace's webhook changes nothing", async () => {
      await failingWebhook()
      const evaluated = { ...only(await list()), workspaceId: randomUUID() }
      expect((await write(evaluated, { warnedPercent: 0, disable: 'failing' })).written).toBe(false)
    })
  })
}
