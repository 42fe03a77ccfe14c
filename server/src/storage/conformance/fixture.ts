// Owns what the conformance tests need around a storage: rows to put in, offers, and short names for the long calls.
import { randomUUID } from 'node:crypto'
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import { until } from '../../../../test/support/until.ts'
import { attemptRecord } from '../shared/attempt-record.ts'
import { leaseOf } from '../shared/leased-delivery.ts'
import type {
  AcceptEventsResult,
  AttemptResult,
  AttemptRow,
  CallAdvance,
  ChangeContext,
  ClaimedDelivery,
  DeliveryFilter,
  DeliveryRow,
  LeasedDelivery,
  LeaseOffer,
  NewEvent,
  RefusedRequestRow,
  ReplayBounds,
  ReplayKey,
  ReplayRow,
  ReplayStep,
  SessionRow,
  SignalRow,
  SourceRow,
  Storage,
  SubscriptionRow,
  TrackedCallRow,
  WebhookRow,
} from '../storage.ts'

/** A started storage with nothing in it. `reopen` stops it and starts another on the same data. */
export interface StorageUnderTest {
  readonly storage: Storage
  reopen(): Promise<Storage>
  destroy(): Promise<void>
  /** Resolves when everybody who was writing has ended, in other tests too. Absent: there are no others. */
  settled?(): Promise<void>
}

export type MakeStorage = () => Promise<StorageUnderTest>

/** What differs from the usual result; the attempt before its details are text. */
export type ResultFields = Partial<Omit<AttemptResult, 'attempt'> & { readonly attempt: AttemptRow }>

export const TYPE = 'call.completed'
export const OTHER_TYPE = 'call.error'
export const MINUTE_MS = 60_000
export const PAGE = { page: 1, limit: 100 }
export const HISTORY = { limit: 250, before: null }

export class Fixture {
  readonly #underTest: StorageUnderTest
  storage: Storage
  readonly workspaceId = randomUUID()
  /** Real time: the storage under test may live on a thread with the real clock. */
  readonly now = Date.now()
  #count = 0

  private constructor(underTest: StorageUnderTest) {
    this.#underTest = underTest
    this.storage = underTest.storage
  }

  static async make(makeStorage: MakeStorage): Promise<Fixture> {
    const fixture = new Fixture(await makeStorage())
    await fixture.addWorkspace(fixture.workspaceId)
    return fixture
  }

  async reopen(): Promise<void> {
    this.storage = await this.#underTest.reopen()
  }

  /** What was written so far is in the log of changes, which shows nothing behind a transaction that has not ended. */
  async settled(): Promise<void> {
    await this.#underTest.settled?.()
  }

  destroy(): Promise<void> {
    return this.#underTest.destroy()
  }

  async addWorkspace(id: string = randomUUID()): Promise<string> {
    await this.storage.createWorkspace(
      { id, name: 'Acme', retentionDays: null, createdAt: this.now },
      this.context('workspace.created'),
    )
    return id
  }

  context(action: AuditAction = 'webhook.created', more: Partial<ChangeContext> = {}): ChangeContext {
    const note = { id: randomUUID(), actor: 'admin', targetId: randomUUID(), changedFields: [], remoteAddress: null }
    return { now: this.now, audit: { ...note, workspaceId: this.workspaceId, action }, ...more }
  }

  webhookRow(fields: Partial<WebhookRow> = {}): WebhookRow {
    return {
      id: randomUUID(),
      workspaceId: this.workspaceId,
      kind: 'push',
      agentId: null,
      url: 'https://receiver.example/hook',
      description: null,
      isActive: true,
      sealedHeaders: 'sealed headers',
      sealedSecret: 'sealed secret',
      secretPreview: 'whsec_****************c3Vw',
      previousSecrets: [],
      ordering: 'none',
      rateLimitPerSecond: null,
      retrySchedule: null,
      disabledReason: null,
      failingSince: null,
      successCount: 0,
      failureCount: 0,
      lastDeliveryAt: null,
      version: 1,
      createdAt: this.now + this.#count++,
      updatedAt: this.now,
      ...fields,
    }
  }

  /** A portal session of the admin key whose link was not followed. */
  sessionRow(fields: Partial<SessionRow> = {}): SessionRow {
    return {
      workspaceId: this.workspaceId,
      id: randomUUID(),
      kind: 'portal',
      linkHash: randomUUID(),
      hash: null,
      capabilities: ['view', 'retry'],
      locale: 'es',
      theme: null,
      createdBy: 'admin',
      createdAt: this.now + this.#count++,
      usedAt: null,
      lastSeenAt: null,
      expiresAt: this.now + 60 * MINUTE_MS,
      livesUntil: this.now + 10 * MINUTE_MS,
      ...fields,
    }
  }

  subscriptionRow(webhookId: string, fields: Partial<SubscriptionRow> = {}): SubscriptionRow {
    const times = { createdAt: this.now + this.#count++, updatedAt: this.now }
    return {
      id: randomUUID(),
      workspaceId: this.workspaceId,
      webhookId,
      eventKey: TYPE,
      isActive: true,
      ...times,
      ...fields,
    }
  }

  /** A webhook that is subscribed to TYPE. */
  async addWebhook(fields: Partial<WebhookRow> = {}): Promise<WebhookRow> {
    const row = this.webhookRow(fields)
    await this.storage.createWebhook(row, 1000, this.context())
    await this.addSubscription(row.id, { workspaceId: row.workspaceId })
    return row
  }

  async addSubscription(webhookId: string, fields: Partial<SubscriptionRow> = {}): Promise<SubscriptionRow> {
    const row = this.subscriptionRow(webhookId, fields)
    await this.storage.createSubscription(row, this.context('subscription.created'))
    return row
  }

  /** A replay of what is missing from the last five minutes. */
  replayRow(webhookId: string, fields: Partial<ReplayRow> = {}): ReplayRow {
    return {
      id: randomUUID(),
      workspaceId: this.workspaceId,
      webhookId,
      since: this.now - 5 * MINUTE_MS,
      until: this.now,
      eventKeys: null,
      only: 'missing',
      status: 'running',
      matched: 0,
      matchedIsExact: false,
      queued: 0,
      createdAt: this.now,
      updatedAt: this.now,
      finishedAt: null,
      ...fields,
    }
  }

  /** One step of a replay that has something to do. On PostgreSQL it waits for whoever writes on the server, in other tests too. */
  replayStep(replay: ReplayKey, bounds: ReplayBounds, now = this.now): Promise<ReplayStep> {
    return until(
      () => this.storage.advanceReplay(replay, bounds, now),
      ({ kind }) => kind !== 'waiting',
    )
  }

  /** All steps of a replay. */
  async replay(replay: ReplayKey, bounds: ReplayBounds, now = this.now): Promise<void> {
    while ((await this.replayStep(replay, bounds, now)).kind !== 'ended');
  }

  /** Each is accepted one millisecond after the one before. */
  event(fields: Partial<NewEvent> = {}): NewEvent {
    const id = `evt_${String(this.#count++).padStart(10, '0')}`
    const body = JSON.stringify({ id, data: { big: '12345678901234567890', name: 'voz ñandú 🔔' } })
    const at = this.now - MINUTE_MS + this.#count
    return { id, type: TYPE, agentId: null, callId: null, createdAt: at, acceptedAt: at, envelope: body, ...fields }
  }

  events(count: number, fields: Partial<NewEvent> = {}): NewEvent[] {
    return Array.from({ length: count }, () => this.event(fields))
  }

  offer(fields: Partial<LeaseOffer> = {}): LeaseOffer {
    const until = this.now + 15 * MINUTE_MS
    return {
      token: randomUUID(),
      until,
      limit: 1000,
      capacityDefault: 1000,
      capacity: [],
      workspaceDefault: 1000,
      workspaces: [],
      common: 1000,
      reserve: 0,
      firstWaitMs: 0,
      ...fields,
    }
  }

  /** What is accepted without capacity is queued and due at once. */
  noCapacity(): LeaseOffer {
    return this.offer({ limit: 0 })
  }

  accept(
    events: readonly NewEvent[],
    offer: LeaseOffer = this.offer(),
    advance?: CallAdvance,
  ): Promise<AcceptEventsResult> {
    return this.storage.acceptEvents([{ workspaceId: this.workspaceId, events, advance }], offer)
  }

  sourceRow(fields: Partial<SourceRow> = {}): SourceRow {
    const id = randomUUID()
    return {
      workspaceId: this.workspaceId,
      id,
      name: 'main number',
      kind: 'twilio',
      token: `token-${id}`,
      sealed: `sealed-${id}`,
      secretPreview: '****',
      previousSecretExpiresAt: null,
      hasApiKey: false,
      setup: '{}',
      version: 1,
      createdAt: this.now + this.#count++,
      updatedAt: this.now,
      ...fields,
    }
  }

  async addSource(fields: Partial<SourceRow> = {}): Promise<SourceRow> {
    const row = this.sourceRow(fields)
    await this.storage.createSource(row, 100, this.context('source.created'))
    return row
  }

  /** A signal of a call that is new, unless the fields say otherwise. */
  advanceOf(
    { workspaceId, id, kind }: SourceRow,
    call: Partial<TrackedCallRow> = {},
    signal: Partial<SignalRow> = {},
  ): CallAdvance {
    const callId = call.callId ?? 'call'
    const at = { createdAt: this.now, updatedAt: this.now }
    const row = {
      workspaceId,
      sourceId: id,
      callId,
      kind,
      state: 'ongoing',
      version: 1,
      tracked: '{"a":"ñ"}',
      dueAt: this.now,
    }
    const said = {
      dedupeKey: randomUUID(),
      callId,
      event: 'in-progress',
      state: 'ongoing',
      occurredAt: null,
      payload: 'CallSid=1',
    }
    return {
      sourceId: id,
      call: { ...row, ...at, ...call },
      signal: { id: `signal-${String(this.#count++).padStart(9, '0')}`, receivedAt: this.now, ...said, ...signal },
    }
  }

  refused({ workspaceId, id: sourceId }: SourceRow): RefusedRequestRow {
    return {
      workspaceId,
      sourceId,
      id: `refused-${String(this.#count++).padStart(9, '0')}`,
      receivedAt: this.now,
      cause: 'wrong_secret',
      detail: null,
      remoteAddress: '203.0.113.7',
      headers: '{}',
      body: 'CallSid=call',
      unkept: 0,
    }
  }

  claim(offer: Partial<LeaseOffer> = {}, now: number = this.now): Promise<ClaimedDelivery[]> {
    return this.storage.claimDue(this.offer(offer), now)
  }

  attempt(fields: Partial<AttemptRow> = {}): AttemptRow {
    return {
      number: 1,
      trigger: 'automatic',
      startedAt: this.now,
      durationMs: 12.5,
      timings: { dns: 0.5, connect: 1, tls: 2, firstByte: 9.25 },
      remoteAddress: '203.0.113.7',
      requestHeaders: { 'content-type': 'application/json' },
      responseStatus: 200,
      responseHeaders: { server: 'nginx' },
      responseBody: 'ok',
      outcome: 'answered',
      error: null,
      ...fields,
    }
  }

  /** A success, unless the fields say otherwise. */
  result(delivery: LeasedDelivery, fields: ResultFields = {}): AttemptResult {
    const { webhookId, trigger } = delivery
    const { attempt = this.attempt({ number: delivery.attempts + 1, trigger }), ...others } = fields
    return {
      lease: leaseOf(delivery),
      webhookId,
      attempt: attemptRecord(attempt),
      status: 'success',
      nextAttemptAt: null,
      countsForSchedule: true,
      disableWebhook: null,
      announce: [],
      ...others,
    }
  }

  /** A 503, to be tried again after a minute. */
  failure(delivery: LeasedDelivery, fields: ResultFields = {}): AttemptResult {
    const result = { responseStatus: 503, error: 'The receiver answered 503.' }
    const attempt = this.attempt({ number: delivery.attempts + 1, trigger: delivery.trigger, ...result })
    return this.result(delivery, { attempt, status: 'queued', nextAttemptAt: this.now + MINUTE_MS, ...fields })
  }

  async record(...results: readonly AttemptResult[]): Promise<readonly boolean[]> {
    return (await this.storage.recordAttempts(results, this.offer())).written
  }

  async webhook(id: string): Promise<WebhookRow> {
    return found(await this.storage.loadTarget(this.workspaceId, id))
  }

  async deliveries(filter: DeliveryFilter = {}): Promise<readonly DeliveryRow[]> {
    return (await this.storage.listDeliveries(this.workspaceId, filter, HISTORY)).rows
  }

  /** The only delivery there is. */
  async delivery(filter: DeliveryFilter = {}): Promise<DeliveryRow> {
    const rows = await this.deliveries(filter)
    if (rows.length !== 1) throw new Error(`there are ${rows.length} deliveries, not one`)
    return found(rows[0])
  }
}

export function found<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('there is nothing where something was expected')
  return value
}

/** The only element of a list. */
export function only<T>(list: readonly T[]): T {
  if (list.length !== 1) throw new Error(`there are ${list.length} elements, not one`)
  return found(list[0])
}
