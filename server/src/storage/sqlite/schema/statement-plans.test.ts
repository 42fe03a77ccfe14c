// Owns the test that no statement of the storage reads a large table from end to end, or sorts one: each that is ever
// prepared is caught, so that a new one is held to this without being listed here.
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { SystemRandom } from '../../../platform/random.ts'
import { Fixture, found, HISTORY, only, PAGE } from '../../conformance/fixture.ts'
import type { Records } from '../../queries/records.ts'
import type { DeliveryFilter, EventFilter, PruneSourcesRequest } from '../../storage.ts'
import { SqliteStorage } from '../sqlite-storage.ts'
import { migrate } from './migrations.ts'

/** What grows without end. All others are bounded by limits of what may be configured, or are removed within a day. */
const LARGE =
  /\b(events|deliveries|attempts|event_rows|delivery_rows|attempt_rows|test_events|statistics_buckets|audit_entries|idempotency_keys|sessions|delivery_changes|source_calls|source_signals|refused_requests)\b/

const MAY_SCAN: readonly (readonly [RegExp, string])[] = [
  [/^SCAN CONSTANT ROW/, 'a VALUES or a SELECT without a table'],
  [/^SCAN (queued|\(subquery-\d+\))/, 'the webhooks that have something queued; a count up to its limit'],
  [/^SCAN counted$/, 'the events of a call, or what is queued, up to a limit'],
  [/^SCAN deliveries$/, 'the one delivery that a change through the view has found'],
  [/^SCAN due_webhooks USING COVERING INDEX due_webhooks_by_time/, 'the webhook whose time comes first'],
  [/^SCAN c VIRTUAL TABLE/, 'the changes of a page, as JSON'],
  [/^SCAN json_each VIRTUAL TABLE/, 'the increments of a batch, as JSON'],
  [/^SCAN delivery_changes$/, 'the log of changes from its beginning, as far as a batch goes'],
  [/^SCAN audit_entries$/, 'the audit log of the instance, by its key, as far as a page goes'],
  [/^SCAN r USING INDEX replays_running/, 'running replays'],
  [/^SCAN w USING (COVERING )?INDEX webhooks_deleted/, 'deleted webhooks'],
  [/^SCAN (found|sending)$/, 'what a subquery with a limit has found'],
  [/^SCAN (workspaces|webhooks|api_keys|subscriptions|event_types|replays|key_checks|sources)\b/, 'configuration'],
  [/^SCAN statistics_increments$/, 'what was counted and is not folded yet: of a few seconds'],
  [/^SCAN idempotency_keys$/, 'answers of a day: at a start, and when the master key is rotated'],
]

/** What is counted for the operator: no more rows than the call says. */
const MAY_SORT: readonly (readonly [RegExp, string])[] = [
  [
    /from \(select "workspace_id", "webhook_id" from "deliveries" .* limit \? \+ 0\) as "found"/,
    'the first that are queued',
  ],
  [/from \(select "id", "name" from "workspaces" limit \? \+ 0\) as "found"/, 'two hours of so many workspaces'],
]

const prepared = new Set<string>()
const original = DatabaseSync.prototype.prepare

beforeAll(async () => {
  vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, sql, options) {
    prepared.add(sql)
    return original.call(this, sql, options)
  })
  const storage = new SqliteStorage({ file: ':memory:', random: new SystemRandom(), clock: systemClock })
  await storage.start()
  const fixture = await Fixture.make(async () => ({
    storage,
    reopen: async () => storage,
    destroy: () => storage.stop(),
  }))
  for (const call of Object.values(recordCalls(await someRows(fixture)))) await call()
  await fixture.destroy()
  vi.restoreAllMocks()
})

afterAll(() => vi.restoreAllMocks())

test('no statement scans or sorts what grows', () => {
  const db = new DatabaseSync(':memory:')
  migrate(db, 1)
  const hasPlan = (sql: string) => /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql)
  const offenders = [...prepared].filter(hasPlan).flatMap((sql) => {
    const details = db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail))
    const bad = details.filter(
      (detail) => isUnboundedScan(detail) || (detail.includes('TEMP B-TREE') && isUnboundedSort(sql)),
    )
    return bad.length > 0 ? [{ sql, bad }] : []
  })
  expect(offenders).toEqual([])
  // The hot path, and the lists with every filter.
  expect([...prepared].filter(hasPlan).length).toBeGreaterThan(150)
})

function isUnboundedScan(detail: string): boolean {
  return detail.startsWith('SCAN') && !MAY_SCAN.some(([pattern]) => pattern.test(detail))
}

function isUnboundedSort(sql: string): boolean {
  return LARGE.test(sql) && !MAY_SORT.some(([pattern]) => pattern.test(sql))
}

const SOME_EVENTS = [
  { id: 'evt_1', seq: 1 },
  { id: 'evt_2', seq: 2 },
]

interface SomeRows {
  readonly fixture: Fixture
  readonly webhookId: string
  readonly subscriptionId: string
  readonly deliveryId: string
  readonly replayId: string
}

async function someRows(fixture: Fixture): Promise<SomeRows> {
  const { id: webhookId } = await fixture.addWebhook()
  const subscription = await fixture.addSubscription(webhookId, { eventKey: 'call.error' })
  const { leased } = await fixture.accept([fixture.event({ callId: 'c' })])
  const delivery = only(leased)
  await fixture.record(fixture.result(delivery))
  return { fixture, webhookId, subscriptionId: subscription.id, deliveryId: delivery.id, replayId: randomUUID() }
}

/** In this order: one at least of each, each with every filter. A new method is missed by the compiler. */
function recordCalls({ fixture, webhookId, subscriptionId, deliveryId, replayId }: SomeRows) {
  const { storage, workspaceId: w } = fixture
  const context = () => fixture.context()
  const limits = { types: 9, bytes: 9_000 }
  const claim = {
    workspaceId: w,
    credential: 'admin',
    key: 'k',
    requestHash: 'h',
    expiresAt: fixture.now + 1,
    response: { status: 201, sealedBody: 's' },
  }
  const key = {
    id: randomUUID(),
    workspaceId: w,
    name: 'k',
    scopes: [],
    environment: 'production',
    hash: 'h',
    preview: 'p',
  } as const
  const session = fixture.sessionRow({ linkHash: 'l' })
  const type = {
    workspaceId: w,
    key: 'own.type',
    title: '',
    description: '',
    schema: {},
    example: {},
    isDeprecated: false,
  }
  const at = { createdAt: 1, updatedAt: 1 }
  const source = fixture.sourceRow()
  const previousSecrets = [{ sealed: 'sealed secret', expiresAt: 1 }]
  const rotation = { replaces: 'sealed secret', sealedSecret: 's', secretPreview: 'p', previousSecrets }
  return {
    createWorkspace: () => fixture.addWorkspace(),
    listWorkspaces: () => storage.listWorkspaces(PAGE),
    hasWorkspaces: () => storage.hasWorkspaces(),
    findWorkspace: () => storage.findWorkspace(w),
    updateWorkspace: () => storage.updateWorkspace(w, { name: 'B' }, context()),
    createApiKey: () => storage.createApiKey({ ...key, createdAt: 1, lastUsedAt: null, revokedAt: null }, 9, context()),
    listApiKeys: () => storage.listApiKeys(w, PAGE),
    findApiKey: () => storage.findApiKey('h'),
    createPortalSession: () => storage.createPortalSession(session, 9, context()),
    createSession: () =>
      storage.createSession({ ...session, id: randomUUID(), linkHash: null, kind: 'key' }, 1, context()),
    findPortalLink: () => storage.findPortalLink(['l', 'm'], fixture.now),
    usePortalLink: () =>
      storage.usePortalLink({ workspaceId: w, id: session.id, linkHash: 'l', hash: 'c', livesUntil: 1 }, context()),
    findSession: () => storage.findSession(['l', 'm'], fixture.now),
    noteSessionUse: () => storage.noteSessionUse(new Map([[session.id, fixture.now + 1]]), 1),
    listPortalSessions: () => storage.listPortalSessions(w, fixture.now, PAGE),
    endSession: () => storage.endSession(session, context()),
    endPortalSessions: () => storage.endPortalSessions(w, context()),
    pruneSessions: () => storage.pruneSessions(fixture.now, 9),
    noteKeyUse: () => storage.noteKeyUse(new Map([[key.id, 1]])),
    revokeApiKey: () => storage.revokeApiKey(w, key.id, context()),
    createWebhook: () => fixture.addWebhook(),
    listWebhooks: () => storage.listWebhooks(w, PAGE),
    findWebhook: () => storage.findWebhook(w, webhookId),
    loadTarget: () => storage.loadTarget(w, webhookId),
    updateWebhook: () => storage.updateWebhook(w, webhookId, { description: 'd' }, context()),
    rotateSecret: () => storage.rotateSecret(w, webhookId, rotation, context()),
    wipeExpiredSecrets: () => storage.wipeExpiredSecrets(fixture.now, 9),
    createSubscription: () => fixture.addSubscription(webhookId, { eventKey: 'other.type' }),
    listSubscriptions: () =>
      Promise.all([null, true].map((active) => storage.listSubscriptions(w, webhookId, active, PAGE))),
    findSubscription: () => storage.findSubscription(w, webhookId, subscriptionId),
    updateSubscription: () => storage.updateSubscription(w, webhookId, subscriptionId, false, context()),
    deleteSubscription: () => storage.deleteSubscription(w, webhookId, subscriptionId, context()),
    createEventType: () => storage.createEventType({ ...type, ...at }, limits, context()),
    listEventTypes: () => storage.listEventTypes(w, { offset: 1, limit: 9 }),
    scanEventTypes: () =>
      Promise.all([null, { workspaceId: w, key: 'a.b' }].map((after) => storage.scanEventTypes(after, 9))),
    findEventType: () => storage.findEventType(w, type.key),
    updateEventType: () => storage.updateEventType(w, type.key, { title: 't' }, limits, context()),
    deleteEventType: () => storage.deleteEventType(w, type.key, context()),
    listEvents: () =>
      eachOf<EventFilter>(
        { type: 't', callId: 'c', id: 'evt_1', undelivered: true, since: 1, until: 2 },
        (filter, before) => storage.listEvents(w, filter, { limit: 9, before }),
      ),
    findEvent: () => storage.findEvent(w, 'evt_1'),
    listCalls: () =>
      eachOf<Pick<EventFilter, 'since' | 'until'>>({ since: 1, until: 2 }, (range, before) =>
        storage.listCalls(w, range, { limit: 9, before }),
      ),
    findCall: () => storage.findCall(w, 'c'),
    listCandidates: () => storage.listCandidates(w, 'k', 9),
    listDeliveries: () =>
      eachOf<DeliveryFilter>(
        { webhookId: 'x', eventId: 'e', eventKey: 'k', since: 1, until: 2 },
        async (filter, before) => {
          for (const status of [undefined, 'queued', 'sending', 'success', 'failed'] as const)
            await storage.listDeliveries(w, { ...filter, status }, { limit: 9, before })
        },
      ),
    listDeliveriesOfEvents: () => storage.listDeliveriesOfEvents(w, SOME_EVENTS, 9),
    nextAttemptOf: () => storage.nextAttemptOf(w, webhookId),
    countQueued: () => storage.countQueued(1, 9),
    listDeliveryStatuses: () => storage.listDeliveryStatuses(w, SOME_EVENTS, 9),
    findDelivery: () => Promise.all([webhookId, undefined].map((of) => storage.findDelivery(w, of, deliveryId))),
    listAttempts: () =>
      Promise.all([null, 9].map((before) => storage.listAttempts(w, deliveryId, { limit: 9, before }))),
    listAttemptsOfDeliveries: () =>
      storage.listAttemptsOfDeliveries(
        w,
        [
          { id: deliveryId, attempts: 1 },
          { id: 'x', attempts: 9 },
        ],
        5,
      ),
    retryDelivery: () => storage.retryDelivery(w, webhookId, deliveryId, context()),
    createReplay: () => storage.createReplay(fixture.replayRow(webhookId, { id: replayId }), 5, context()),
    listReplays: () => storage.listReplays(w, webhookId, PAGE),
    findReplay: async () => found(await storage.findReplay(w, webhookId, replayId)),
    cancelReplay: () => storage.cancelReplay(w, webhookId, replayId, context()),
    listAuditEntries: () =>
      Promise.all(
        [w, null].flatMap((of) => [null, 9].map((before) => storage.listAuditEntries(of, { ...HISTORY, before }))),
      ),
    listChangesOf: () => storage.listChangesOf(w, webhookId, 1),
    addAuditEntry: () => storage.addAuditEntry(context()),
    saveResponse: () => storage.saveResponse(claim, fixture.now),
    findResponse: () => storage.findResponse(claim, fixture.now),
    pruneResponses: () => storage.pruneResponses(fixture.now, 9),
    countSealed: () => storage.countSealed(),
    hasSealed: () => storage.hasSealed('v0.'),
    listSealedWebhooks: () => storage.listSealedWebhooks(null, 9),
    listSealedResponses: () => storage.listSealedResponses(null, 9),
    replaceSealedWebhooks: async () => {
      const [before] = await storage.listSealedWebhooks(null, 1)
      return storage.replaceSealedWebhooks([{ before: found(before), after: found(before) }])
    },
    replaceSealedResponses: async () => {
      const [before] = await storage.listSealedResponses(null, 1)
      return storage.replaceSealedResponses([{ before: found(before), after: found(before) }])
    },
    createSource: () => storage.createSource(source, 9, context()),
    listSources: () => storage.listSources(w, PAGE),
    findSource: () => storage.findSource(w, source.id),
    findSourceByToken: () => storage.findSourceByToken(w, source.token),
    updateSource: () => storage.updateSource(w, source.id, 1, { name: 'm' }, context()),
    lastSignals: () => storage.lastSignals(w, [source.id]),
    addRefusedRequest: async () => {
      for (const id of ['1', '2', '3']) await storage.addRefusedRequest({ ...fixture.refused(source), id }, 1)
    },
    listRefusedRequests: () => storage.listRefusedRequests(w, source.id),
    listSignals: () => storage.listSignals(w, 'call', 9),
    listSignalsOfSource: () => storage.listSignalsOfSource(w, source.id, 9),
    summarizeTrackedCalls: () => storage.summarizeTrackedCalls(w, ['call', 'other'], 9),
    listTrackedCalls: () => storage.listTrackedCalls(w, 'call'),
    listDueCalls: () => storage.listDueCalls(fixture.now, 9),
    listSealedSources: () => storage.listSealedSources(null, 9),
    listReplacedSecrets: () => storage.listReplacedSecrets(source, 9),
    replaceSealedSources: async () => {
      const [before] = await storage.listSealedSources(null, 1)
      return storage.replaceSealedSources([{ before: found(before), after: found(before) }])
    },
    deleteSource: async () => {
      await fixture.accept([], fixture.offer(), fixture.advanceOf(source))
      await storage.deleteSource(w, source.id, context())
    },
    pruneSources: async () => {
      const request = { now: fixture.now + 9e9, retentionDaysDefault: 1, rowsMax: 9 }
      for (let after: PruneSourcesRequest['after'] = null; ; ) {
        const response = await storage.pruneSources({ ...request, after })
        if (response.isDone) break
        after = response.next
      }
    },
    saveKeyCheck: () => storage.saveKeyCheck({ keyId: 'k', sealed: 's' }),
    listKeyChecks: () => storage.listKeyChecks(),
    removeKeyChecks: () => storage.removeKeyChecks(['k']),
    deleteWebhook: () => storage.deleteWebhook(w, webhookId, context()),
    pruneAuditEntries: async () => {
      // The lists after it have what they need: nothing is old enough.
      const request = { now: 1, retentionDays: 1, entriesMax: 1_000_000, rowsMax: 9 }
      for (const after of [null, '']) await storage.pruneAuditEntries({ ...request, after })
      await storage.pruneAuditEntries({ ...request, after: '', entriesMax: 3 })
      await storage.pruneAuditEntries({ ...request, now: fixture.now + 9e9, after: null })
    },
    listBuckets: () =>
      Promise.all(
        [null, webhookId].map((of) =>
          storage.listBuckets({ workspaceId: w, webhookId: of, size: 'hour', since: 0, until: fixture.now }),
        ),
      ),
    findBacklog: () =>
      Promise.all(
        [null, webhookId].map((of) =>
          storage.findBacklog({ workspaceId: w, webhookId: of, now: fixture.now, rowsMax: 9, dueMax: 9 }),
        ),
      ),
    listBacklogs: () => storage.listBacklogs(9, 9),
    listBusyWorkspaces: () => storage.listBusyWorkspaces(1, 9, 9),
    pruneStatistics: () => storage.pruneStatistics(fixture.now, 9),
  } satisfies Record<keyof Records | 'findBacklog', () => Promise<unknown>>
}

/** Calls with every subset of the filters, with a cursor and without. */
async function eachOf<Filter extends object>(
  full: Filter,
  call: (filter: Partial<Filter>, before: number | null) => Promise<unknown>,
): Promise<void> {
  const entries = Object.entries(full)
  for (let subset = 0; subset < 2 ** entries.length; subset++) {
    // A subset of the fields of a filter.
    const filter = Object.fromEntries(entries.filter((_, index) => subset & (1 << index))) as Partial<Filter>
    for (const before of [null, 99]) await call(filter, before)
  }
}
