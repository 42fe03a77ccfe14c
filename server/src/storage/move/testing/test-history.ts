// Owns a SQLite file with something of everything in it, made through the storage, and a picture of a storage by its lists.
import { randomUUID } from 'node:crypto'
import { responsePlace, type SealedPlace, webhookPlace } from '../../../platform/vault.ts'
import type { StorageUnderTest } from '../../conformance/conformance.ts'
import { Fixture, found, HISTORY, MINUTE_MS, OTHER_TYPE, PAGE } from '../../conformance/fixture.ts'
import { DAY_MS } from '../../postgres/schema/day.ts'
import { type DeliveryRow, type IdempotencyClaim, type Storage, savedKey, type WebhookRow } from '../../storage.ts'

const EVENT_TYPES = { types: 9, bytes: 9_000 }
const ENDED = { status: 'failed', nextAttemptAt: null } as const

export interface TestHistory {
  readonly fixture: Fixture
  /** Runs, and has queued one of its deliveries. */
  readonly replayId: string
  /** Of this one and another webhook, events of three days ago; a replay made its deliveries now. */
  readonly lateWebhookId: string
  /** Keeps calls in order; these events are of one call, the first is being sent. */
  readonly orderedWebhookId: string
  readonly callEventIds: readonly string[]
  readonly idempotency: Omit<IdempotencyClaim, 'expiresAt'>
}

/** @param seal makes the signing secret of each webhook, and the stored response */
export async function fillHistory(
  underTest: StorageUnderTest,
  seal: (place: SealedPlace) => string,
): Promise<TestHistory> {
  const fixture = await Fixture.make(async () => underTest)
  const { storage, workspaceId, now } = fixture
  const webhook = (fields: Partial<WebhookRow> = {}) => {
    const row = { workspaceId, id: randomUUID(), ...fields }
    return fixture.addWebhook({ ...row, sealedSecret: seal(webhookPlace('secret', row)) })
  }

  const first = await webhook({ rateLimitPerSecond: 5, retrySchedule: [0, 2] })
  const old = fixture.events(30).map((event, nth) => ({ ...event, acceptedAt: now - 3 * DAY_MS + nth }))
  const { leased } = await fixture.accept(old)
  const [bad, again, retried, ...good] = leased
  await fixture.record(fixture.failure(found(bad), ENDED), fixture.failure(found(again)))
  await fixture.record(fixture.failure(found(retried), ENDED), ...good.map((delivery) => fixture.result(delivery)))
  await storage.retryDelivery(workspaceId, first.id, found(retried).id, fixture.context('delivery.retried'))

  const late = await webhook()
  const since = now - 4 * DAY_MS
  const running = fixture.replayRow(late.id, { since, only: 'missing' })
  await storage.createReplay(running, 5, fixture.context('replay.created'))
  await fixture.replayStep(running, { queueMax: 7, dueMax: 100 })

  const ordered = await webhook({ ordering: 'call' })
  const call = fixture.events(4, { callId: 'call-1' })
  await fixture.accept(call)
  await fixture.accept(fixture.events(2, { callId: 'call\0with NUL' }), fixture.noCapacity())
  await fixture.accept(fixture.events(2, { callId: 'erased' }))
  await storage.eraseCall({ workspaceId, callId: 'erased', now, rowsMax: 100 })
  await fixture.accept([fixture.event({ testOf: first.id })])
  await fixture.accept([fixture.event({ type: OTHER_TYPE })])

  const other = await fixture.addWorkspace()
  const theirs = await webhook({ workspaceId: other })
  await storage.acceptEvents([{ workspaceId: other, events: fixture.events(3) }], fixture.noCapacity())
  await storage.deleteWebhook(other, theirs.id, fixture.context('webhook.deleted'))

  const idempotency = { workspaceId, credential: 'admin', key: 'once', requestHash: 'h' }
  const claim = { ...idempotency, expiresAt: now + 60 * MINUTE_MS }
  await storage.saveResponse(
    { ...claim, response: { status: 201, sealedBody: seal(responsePlace({ ...claim, rowKey: savedKey(claim) })) } },
    now,
  )
  await storage.saveKeyCheck({ keyId: '0a1b2c3d', sealed: 'a check' })
  const eventType = { workspaceId, key: 'order.placed', title: 'Order', description: '', isDeprecated: false }
  const times = { createdAt: now, updatedAt: now }
  await storage.createEventType(
    { ...eventType, schema: { a: 1 }, example: {}, ...times },
    EVENT_TYPES,
    fixture.context(),
  )
  const key = { id: randomUUID(), workspaceId, name: 'k', scopes: ['events:write'], environment: 'production' } as const
  const dates = { createdAt: now, lastUsedAt: null, revokedAt: null }
  await storage.createApiKey({ ...key, hash: randomUUID(), preview: 'sk', ...dates }, 9, fixture.context())
  const portal = fixture.sessionRow({ createdBy: key.id })
  await storage.createPortalSession(portal, 9, fixture.context('portal_session.created'))
  return {
    fixture,
    replayId: running.id,
    lateWebhookId: late.id,
    orderedWebhookId: ordered.id,
    callEventIds: call.map(({ id }) => id),
    idempotency,
  }
}

/** Everything that the lists of the storage show, of every workspace. What was being sent is shown as queued. */
export async function pictureOf(storage: Storage) {
  const { rows: workspaces } = await storage.listWorkspaces(PAGE)
  const pictures = workspaces.map(async ({ id }) => {
    const webhooks = (await storage.listWebhooks(id, PAGE)).rows
    const deliveries = (await storage.listDeliveries(id, {}, HISTORY)).rows
    const events = (await storage.listEvents(id, {}, HISTORY)).rows
    return {
      webhooks,
      events,
      calls: (await storage.listCalls(id, {}, HISTORY)).rows,
      bodies: await Promise.all(events.map((event) => storage.findEvent(id, event.id))),
      deliveries: deliveries.map(asQueued),
      attempts: await Promise.all(deliveries.map((delivery) => storage.listAttempts(id, delivery.id, HISTORY))),
      details: await Promise.all(
        deliveries.map(
          async ({ webhookId, id: delivery }) => (await storage.findDelivery(id, webhookId, delivery))?.body,
        ),
      ),
      subscriptions: await Promise.all(
        webhooks.map((webhook) => storage.listSubscriptions(id, webhook.id, null, PAGE)),
      ),
      replays: await Promise.all(webhooks.map((webhook) => storage.listReplays(id, webhook.id, PAGE))),
      eventTypes: await storage.listEventTypes(id, { offset: 0, limit: 9 }),
      apiKeys: await storage.listApiKeys(id, PAGE),
      portalSessions: await storage.listPortalSessions(id, 0, PAGE),
      audit: await storage.listAuditEntries(id, HISTORY),
    }
  })
  return { workspaces, ofWorkspaces: await Promise.all(pictures), audit: await storage.listAuditEntries(null, HISTORY) }
}

function asQueued(row: DeliveryRow): Omit<DeliveryRow, 'nextAttemptAt'> {
  const { nextAttemptAt: _, ...same } = row
  return row.status === 'sending' ? { ...same, status: 'queued' } : same
}
