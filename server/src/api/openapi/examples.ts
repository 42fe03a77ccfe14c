// Owns an example of every body, by the component that it is of; a test validates each.

import { SOURCE_EXAMPLE } from '@timbre/contract/source.ts'
import { SUBSCRIPTION_EXAMPLE } from '@timbre/contract/subscription.ts'
import { WEBHOOK_EXAMPLE } from '@timbre/contract/webhook.ts'
import { instanceExamples } from './instance-examples.ts'

const ID = WEBHOOK_EXAMPLE.id
const EVENT_ID = 'evt_01J7W8A4XK0N5Y6Z7Q8P9R0S1T'
const CALL_ID = 'Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6'
const AT = '2025-08-19T16:01:00.000Z'
const TIMES = { createdAt: '2025-08-19T16:00:00.000Z', updatedAt: AT }
const URL = WEBHOOK_EXAMPLE.url
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const EventPublish = {
  type: 'call.completed',
  data: { call_id: CALL_ID, call_status: 'ended', from_number: '+12137771234', to_number: '+525538808448' },
}
const AcceptedEvent = {
  id: EVENT_ID,
  type: 'call.completed',
  createdAt: AT,
  duplicate: false,
  deliveryCount: 1,
  agentId: null,
}
const EventSummary = {
  id: EVENT_ID,
  type: 'call.completed',
  agentId: null,
  callId: CALL_ID,
  createdAt: AT,
  deliveryCount: 1,
  isTest: false,
}
const REFUSED_REQUEST = {
  receivedAt: AT,
  cause: 'wrong_url',
  message:
    'the provider signed another URL; set publicUrl to what stands before /sources/ in the URL as it is written at the provider',
  detail: 'https://hooks.example.com/sources/AZkPLlQAezGcTS9qjhsMPQ',
  remoteAddress: '203.0.113.7',
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'TwilioProxy/1.1' },
  body: 'CallSid=CA1',
  unkept: 0,
}
const DeliverySummary = {
  id: '01990f2e-7b10-7d13-8e2f-6c8fa1b2d3f5',
  webhookId: ID,
  subscriptionId: SUBSCRIPTION_EXAMPLE.id,
  eventId: EVENT_ID,
  eventKey: 'call.completed',
  status: 'success',
  attempts: 1,
  requestMethod: 'POST',
  ...TIMES,
  nextAttemptAt: null,
  lastError: null,
  responseStatus: 200,
}
const Attempt = {
  number: 1,
  trigger: 'automatic',
  startedAt: AT,
  durationMs: 42.5,
  timings: { dns: 1.2, connect: 8.1, tls: 15.3, firstByte: 40.9 },
  remoteAddress: '203.0.113.7',
  requestHeaders: { 'content-type': 'application/json', 'x-supervisor-event': 'call.completed' },
  responseStatus: 200,
  responseHeaders: { 'content-type': 'text/plain' },
  responseBody: 'ok',
  outcome: 'answered',
  error: null,
}
const Call = {
  callId: CALL_ID,
  status: 'ended',
  state: 'ended',
  provider: 'twilio',
  endReason: 'completed',
  signalCount: 1,
  agentId: null,
  fromNumber: '+12137771234',
  toNumber: '+525538808448',
  firstEventAt: AT,
  lastEventAt: AT,
  eventCount: 1,
  eventCountIsExact: true,
  deliveries: { queued: 0, sending: 0, success: 1, failed: 0 },
}
const { requestHeaders: _, responseHeaders: __, responseBody: ___, ...CallAttempt } = Attempt
const CallDelivery = { ...DeliverySummary, latestAttempts: [CallAttempt] }
const CallEvent = { ...EventSummary, callStatus: 'ended', deliveries: [CallDelivery] }
const CallSignal = {
  id: ID,
  sourceId: SOURCE_EXAMPLE.id,
  callId: CALL_ID,
  event: 'completed',
  state: 'ended',
  occurredAt: AT,
  receivedAt: AT,
  payload: 'CallSid=CA1&CallStatus=completed',
}
const FailingCause = {
  cause: 'status_401',
  count: 31,
  firstAt: '2025-08-19T16:00:00.000Z',
  lastAt: '2025-08-19T16:09:00.000Z',
  message: 'The receiver answers 401.',
  advice: 'Check that it verifies with the current secret, and that its custom headers carry valid credentials.',
  latest: {
    deliveryId: DeliverySummary.id,
    at: '2025-08-19T16:09:03.120Z',
    error: 'The receiver answered 401. Check the signature secret and the custom headers.',
  },
}
const HealthChange = {
  action: 'webhook.secret_rotated',
  changedFields: ['secret'],
  at: '2025-08-19T16:00:00.000Z',
  message: 'It began after the secret was rotated at 2025-08-19T16:00:00Z.',
}
const LATENCY = { count: 40, p50: 48.43, p95: 96.85, p99: 136.97 }
const StatisticsCounts = {
  attempts: 42,
  succeeded: 40,
  attemptsByOutcome: { answered: 41, timed_out: 1 },
  attemptsByStatus: { 200: 40, 503: 1 },
  attemptsByPhase: { first_byte: 1 },
  deliveriesSucceeded: 40,
  deliveriesFailed: 0,
  latency: { dns: null, connect: null, tls: null, firstByte: LATENCY, total: LATENCY },
}
const StatisticsBucket = { start: '2025-08-19T16:00:00.000Z', counts: StatisticsCounts }
const Backlog = {
  pending: 2,
  pendingIsExact: true,
  oldestPendingAt: AT,
  nextAttemptAt: '2025-08-19T16:06:00.000Z',
  drainSeconds: 15,
  isRateLimited: false,
}
const Replay = {
  id: '01990f2e-8a20-7e24-9f30-7d90b2c3e4a6',
  webhookId: ID,
  since: '2025-08-19T00:00:00.000Z',
  until: '2025-08-20T00:00:00.000Z',
  eventKeys: null,
  only: 'missing',
  dryRun: false,
  status: 'running',
  matched: 12,
  matchedIsExact: true,
  queued: 3,
  ...TIMES,
  finishedAt: null,
}
const LEASE = { deliveryId: DeliverySummary.id, leaseToken: '9vTn3kq0Zl4Yb7sXw2Rj5eUhGd8cMfAo' }
const PulledDelivery = {
  ...LEASE,
  leaseUntil: '2025-08-19T16:01:00.000Z',
  attempt: 1,
  headers: Attempt.requestHeaders,
  body: JSON.stringify({ id: EVENT_ID, type: 'call.completed', created_at: AT, data: EventPublish.data }),
}
const PullResult = { ...LEASE, status: 200, durationMs: 12, body: 'ok' }
const RecordedResult = { deliveryId: DeliverySummary.id, counted: true, reason: null }
const ApiKey = {
  id: '01990f2e-9b30-7f35-8041-8ea1c3d4f5b7',
  name: 'Publisher',
  scopes: ['events:write'],
  environment: 'production',
  keyPreview: 'sk_live_4d4d...c8f0',
  lastUsedAt: null,
  revokedAt: null,
  createdAt: AT,
}
const PortalSession = {
  id: '01990f2e-9b30-7f35-8041-8ea1c3d4f5b8',
  capabilities: ['view', 'retry'],
  locale: 'es',
  theme: null,
  createdBy: ApiKey.id,
  createdAt: AT,
  linkExpiresAt: '2025-08-19T16:11:00.000Z',
  usedAt: null,
  lastSeenAt: null,
  expiresAt: '2025-08-19T17:01:00.000Z',
}
const Workspace = { id: '01990f2e-4300-7a20-8b3c-1e5f7d0a9b2c', name: 'Acme', retentionDays: null, createdAt: AT }
const eventType = {
  key: 'order.paid',
  title: 'Order paid',
  description: 'An order was paid.',
  schema: { type: 'object', required: ['order'], properties: { order: { type: 'string' } } },
  example: { order: 'AB-12' },
}

export const EXAMPLES: Readonly<Record<string, object>> = {
  WebhookCreate: {
    url: URL,
    eventKeys: ['call.completed', 'call.error'],
    headers: { 'X-Custom-Signature': 'allowed' },
  },
  WebhookUpdate: { description: 'Updates the CRM' },
  Webhook: WEBHOOK_EXAMPLE,
  CreatedWebhook: { ...WEBHOOK_EXAMPLE, subscriptions: [SUBSCRIPTION_EXAMPLE] },
  WebhookSecret: { secret: SECRET, previousSecretExpiresAt: null },
  RotatedSecret: { secret: SECRET, previousSecretExpiresAt: '2025-08-20T16:00:00.000Z' },
  SecretRotate: { overlapHours: 24 },
  WebhookTest: { eventKey: 'call.completed', data: EventPublish.data },
  TestResult: {
    delivered: true,
    deliveryId: DeliverySummary.id,
    eventId: EVENT_ID,
    attempt: { ...Attempt, trigger: 'test' },
  },
  WebhookHealth: {
    webhookId: ID,
    state: 'failing',
    summary:
      'No attempt has succeeded since 2025-08-19T16:00:12Z. 31 of 904 attempts since 2025-08-18T16:09:00Z failed. The receiver answers 401 (31 times). It began after the secret was rotated at 2025-08-19T16:00:00Z. Check that it verifies with the current secret, and that its custom headers carry valid credentials.',
    failingSince: '2025-08-19T16:00:12.480Z',
    disabledReason: null,
    lastSuccessAt: '2025-08-19T15:59:00.000Z',
    nextAttemptAt: '2025-08-19T16:14:00.000Z',
    since: '2025-08-18T16:09:00.000Z',
    attempts: 904,
    failures: 31,
    causes: [FailingCause],
    change: HealthChange,
  },
  FailingCause,
  HealthChange,
  SubscriptionCreate: { eventKey: 'call.status.updated' },
  SubscriptionUpdate: { isActive: false },
  Subscription: SUBSCRIPTION_EXAMPLE,
  EventTypeCreate: eventType,
  EventTypeUpdate: { isDeprecated: true },
  // Both fit: linters look at an `example` beside a `schema` as if it were one of the document's own.
  EventTypeCheck: { schema: eventType.schema, example: eventType.example },
  EventTypeVerdict: { isUsable: true, issues: [] },
  EventType: { ...eventType, isDeprecated: false, isBuiltIn: false, ...TIMES },
  EventPublish,
  EventPublishBatch: { events: [EventPublish] },
  AcceptedEvent,
  AcceptedEventBatch: { data: [AcceptedEvent] },
  EventSummary,
  EventDetail: { ...EventSummary, data: EventPublish.data, deliveries: [DeliverySummary], skipped: [] },
  DeliverySummary,
  Delivery: {
    ...DeliverySummary,
    requestHeaders: Attempt.requestHeaders,
    requestBody: { id: EVENT_ID, type: 'call.completed', created_at: AT, data: EventPublish.data },
    responseBody: 'ok',
  },
  Attempt,
  Call,
  CallAttempt,
  CallDelivery,
  CallEvent,
  CallSignal,
  CallDetail: {
    ...Call,
    signals: [CallSignal],
    events: [CallEvent],
    omitted: { signals: 0, events: 0, deliveries: 0, attempts: 0 },
  },
  DeliveryCounts: Call.deliveries,
  ErasureCreate: { callId: CALL_ID },
  Erasure: { callId: CALL_ID, events: 3, deliveries: 6, attempts: 7, unconfirmed: 0 },
  Pull: { max: 10, waitSeconds: 20, leaseSeconds: 60 },
  PulledDelivery,
  PulledDeliveries: { data: [PulledDelivery] },
  PullResult,
  PullResults: [PullResult],
  RecordedResult,
  RecordedResults: { data: [RecordedResult] },
  LeaseExtension: { ...LEASE, leaseSeconds: 60 },
  ExtendedLease: { deliveryId: DeliverySummary.id, leaseUntil: '2025-08-19T16:01:00.000Z' },
  ReplayCreate: { since: Replay.since, until: Replay.until, only: 'missing' },
  Replay,
  Statistics: {
    webhookId: ID,
    bucket: '1h',
    since: '2025-08-19T16:00:00.000Z',
    until: '2025-08-19T17:00:00.000Z',
    total: StatisticsCounts,
    buckets: [StatisticsBucket],
    backlog: Backlog,
  },
  StatisticsBucket,
  StatisticsCounts,
  LatencyQuantiles: LATENCY,
  Backlog,
  Source: SOURCE_EXAMPLE,
  SourceCreate: { name: SOURCE_EXAMPLE.name, kind: 'twilio', secret: '1f2e3d4c5b6a79880f1e2d3c4b5a6978' },
  SourceUpdate: { secret: '0e1f2d3c4b5a69788f0e1d2c3b4a5968', overlapHours: 24 },
  SourceVerification: { algorithm: 'sha256', signatureHeader: 'X-Signature', encoding: 'hex' },
  SourceFields: { callId: '/call/id', status: '/call/state', statuses: { ANSWERED: 'ongoing', HANGUP: 'ended' } },
  RefusedRequest: REFUSED_REQUEST,
  RefusedRequests: { data: [REFUSED_REQUEST] },
  Signals: { data: [CallSignal] },
  SourceTest: { outcome: 'answered' },
  SourceTestResult: {
    callId: 'timbre-test-01990f2e-5400-7b31-9c4d-2f6a8e1b0c3e',
    signedWith: 'secret',
    cause: null,
    message: null,
    signals: [{ ...CallSignal, callId: 'timbre-test-01990f2e-5400-7b31-9c4d-2f6a8e1b0c3e' }],
    events: [{ ...EventSummary, callId: 'timbre-test-01990f2e-5400-7b31-9c4d-2f6a8e1b0c3e' }],
  },
  ApiKeyCreate: { name: 'Publisher', scopes: ['events:write'] },
  ApiKey,
  CreatedApiKey: { ...ApiKey, key: 'sk_live_example-of-a-key-that-is-shown-once-c8f0' },
  PortalSessionCreate: { capabilities: ['view', 'retry'], expiresInSeconds: 3600, locale: 'es' },
  PortalSession,
  CreatedPortalSession: {
    ...PortalSession,
    link: 'https://timbre.example.com/portal#an-example-of-a-token-that-is-good-once-000',
  },
  SessionCreate: { apiKey: 'sk_live_example-of-a-key-that-is-shown-once-c8f0', workspaceId: Workspace.id },
  Session: {
    kind: 'portal',
    workspaceId: Workspace.id,
    scopes: null,
    capabilities: PortalSession.capabilities,
    csrfToken: 'an-example-of-a-token-against-foreign-writes',
    expiresAt: PortalSession.expiresAt,
    locale: 'es',
    theme: null,
  },
  TestReceiverCreate: { responseStatus: 503 },
  TestReceiver: {
    id: '01990f2e-9b30-7f35-8041-8ea1c3d4f5b9',
    url: 'https://timbre.example.com/receiver/an-example-of-a-token-that-anybody-can-use-00',
    responseStatus: 200,
    delayMs: 0,
    failurePercent: 0,
    requestCount: 1,
    createdAt: AT,
  },
  ReceivedRequest: {
    id: '01990f2e-9b30-7f35-8041-8ea1c3d4f5ba',
    receivedAt: AT,
    method: 'POST',
    headers: Attempt.requestHeaders,
    body: '{}',
    responseStatus: 200,
    verified: true,
  },
  WorkspaceCreate: { name: 'Acme' },
  WorkspaceUpdate: { name: 'Acme S.A.', retentionDays: 90 },
  Workspace,
  AuditEntry: {
    id: '01990f2e-ac40-7046-9152-9fb2d4e5a6c8',
    workspaceId: Workspace.id,
    action: 'webhook.created',
    actor: ApiKey.id,
    targetId: ID,
    changedFields: ['url'],
    remoteAddress: '203.0.113.9',
    createdAt: AT,
  },
  ...instanceExamples({
    webhookId: ID,
    url: URL,
    counts: StatisticsCounts,
    bucket: StatisticsBucket,
    backlog: Backlog,
  }),
  Health: { status: 'ok', version: '0.1.0' },
}

const PAGE_META = { page: 1, limit: 20, total: 1, hasPrevious: false, hasNext: false }
const HISTORY_META = { limit: 50, nextCursor: null, hasNext: false }

/** A page with one row. @param meta the component of its `meta` */
export function listExample(item: string, meta: 'PageMeta' | 'HistoryMeta'): object {
  return { data: [EXAMPLES[item]], meta: meta === 'PageMeta' ? PAGE_META : HISTORY_META }
}
