// Owns the tables as Kysely sees them; the SQL that makes them is each backend's migrations.
// Times are integer milliseconds, JSON is text, booleans are 0 and 1: the same in every backend.
import type { Environment } from '@timbre/contract/api-key.ts'
import type { OutcomeKind, Trigger } from '@timbre/contract/attempt.ts'
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { Locale, Theme } from '@timbre/contract/portal-session.ts'
import type { ReplaySelection, ReplayStatus } from '@timbre/contract/replay.ts'
import type { SessionKind } from '@timbre/contract/session.ts'
import type { RefusalCause, SourceKind } from '@timbre/contract/source.ts'
import type { DisabledReason, Ordering, WebhookKind } from '@timbre/contract/webhook.ts'
import type { Generated, Kysely, Transaction } from 'kysely'
import type { KeptSize } from '../../insight/statistics/bucket-sizes.ts'

export type Database = Kysely<Tables>
export type Change = Transaction<Tables>
export type Flag = 0 | 1

export interface Tables {
  readonly workspaces: WorkspacesTable
  readonly apiKeys: ApiKeysTable
  readonly webhooks: WebhooksTable
  readonly subscriptions: SubscriptionsTable
  readonly eventTypes: EventTypesTable
  readonly events: EventsTable
  readonly deliveries: DeliveriesTable
  readonly attempts: AttemptsTable
  readonly replays: ReplaysTable
  readonly auditEntries: AuditEntriesTable
  readonly idempotencyKeys: IdempotencyKeysTable
  readonly keyChecks: KeyChecksTable
  readonly webhookCounters: WebhookCountersTable
  readonly statisticsIncrements: StatisticsIncrementsTable
  readonly statisticsBuckets: StatisticsBucketsTable
  readonly sessions: SessionsTable
  readonly sources: SourcesTable
  readonly sourceCalls: SourceCallsTable
  readonly sourceSignals: SourceSignalsTable
  readonly refusedRequests: RefusedRequestsTable
}

export interface WorkspacesTable {
  id: string
  name: string
  retentionDays: number | null
  createdAt: number
}

export interface ApiKeysTable {
  workspaceId: string
  id: string
  name: string
  scopes: string
  environment: Environment
  hash: string
  preview: string
  createdAt: number
  lastUsedAt: number | null
  revokedAt: number | null
}

export interface WebhooksTable {
  workspaceId: string
  id: string
  kind: Generated<WebhookKind>
  agentId: string | null
  isActive: Flag
  ordering: Ordering
  version: number
  /** Counted before there was `webhook_counters`; what is there is added. */
  successCount: number
  failureCount: number
  lastDeliveryAt: number | null
  failingSince: number | null
  warnedPercent: Generated<number>
  disabledReason: DisabledReason | null
  rateLimitPerSecond: number | null
  retrySchedule: string | null
  createdAt: number
  updatedAt: number
  deletedAt: number | null
  url: string
  description: string | null
  secretPreview: string
  sealedSecret: string
  /** Not used any more: it had capacity for one. */
  sealedPreviousSecret: Generated<string | null>
  previousSecretExpiresAt: Generated<number | null>
  sealedHeaders: string
  /** A list of PreviousSecret, the newest first; null: there is none. */
  previousSecrets: string | null
  /** When the first of them ends. */
  previousSecretsExpireAt: number | null
}

export interface SubscriptionsTable {
  workspaceId: string
  id: string
  webhookId: string
  eventKey: string
  isActive: Flag
  createdAt: number
  updatedAt: number
}

export interface EventTypesTable {
  workspaceId: string
  key: string
  title: string
  description: string
  schema: string
  example: string
  isDeprecated: Flag
  createdAt: number
  updatedAt: number
}

export interface EventsTable {
  workspaceId: string
  seq: Generated<number>
  id: string
  type: string
  agentId: string | null
  callId: string | null
  createdAt: number
  acceptedAt: number
  deliveryCount: number
  body: string
}

export interface DeliveriesTable {
  workspaceId: string
  seq: Generated<number>
  id: string
  webhookId: string
  subscriptionId: string | null
  eventId: string
  eventSeq: number
  eventKey: string
  status: DeliveryStatus
  trigger: Trigger
  attempts: number
  scheduledAttempts: number
  createdAt: number
  updatedAt: number
  nextAttemptAt: number | null
  leaseToken: string | null
  leaseUntil: number | null
  /** `data.call_id` when the webhook's ordering was `call`. */
  orderKey: string | null
  /** 1: has never had its turn in its call; next_attempt_at is when the earlier ones release it, null while unknown. */
  awaitsTurn: Flag
  /** Until then this one holds back the later ones of its call; null: as long as it is unfinished. */
  heldUntil: number | null
  succeededAt: number | null
  responseStatus: number | null
  lastError: string | null
}

export interface AttemptsTable {
  workspaceId: string
  deliveryId: string
  number: number
  trigger: Trigger
  startedAt: number
  durationMs: number
  outcome: OutcomeKind
  responseStatus: number | null
  remoteAddress: string | null
  error: string | null
  timings: string
  requestHeaders: string
  responseHeaders: string | null
  responseBody: string | null
}

export interface ReplaysTable {
  workspaceId: string
  id: string
  webhookId: string
  since: number
  until: number
  eventKeys: string | null
  only: ReplaySelection
  status: ReplayStatus
  matched: number
  matchedIsExact: Flag
  queued: number
  /** Sequence numbers, of events or (only: failed) of deliveries; null before the first step and after the last. */
  walkPosition: number | null
  walkEnd: number | null
  createdAt: number
  updatedAt: number
  finishedAt: number | null
}

export interface AuditEntriesTable {
  workspaceId: string | null
  seq: Generated<number>
  id: string
  action: AuditAction
  actor: string
  targetId: string
  changedFields: string
  remoteAddress: string | null
  createdAt: number
}

/** Either `acceptedEvents` is set (events were published) or the stored response of a management request. */
export interface IdempotencyKeysTable {
  workspaceId: string
  key: string
  requestHash: string
  expiresAt: number
  acceptedEvents: string | null
  status: number | null
  sealedBody: string | null
}

/** One for each master key that anything may be sealed with. */
export interface KeyChecksTable {
  keyId: string
  sealed: string
}

/** A narrow row for each webhook that has had an attempt: it is written with each batch of results. */
export interface WebhookCountersTable {
  workspaceId: string
  webhookId: string
  successCount: number
  failureCount: number
  lastDeliveryAt: number | null
}

/** Not yet in the buckets. */
export interface StatisticsIncrementsTable {
  incrementId: Generated<number>
  workspaceId: string
  webhookId: string
  minute: number
  cells: string
}

export interface StatisticsBucketsTable {
  workspaceId: string
  /** '': all of the workspace. */
  webhookId: string
  size: KeptSize
  startAt: number
  /** JSON: see `cells.ts`. */
  cells: string
}

export interface SessionsTable {
  workspaceId: string
  id: string
  kind: SessionKind
  linkHash: string | null
  hash: string | null
  capabilities: string | null
  locale: Locale | null
  theme: Theme | null
  createdBy: string
  createdAt: number
  usedAt: number | null
  lastSeenAt: number | null
  expiresAt: number
  livesUntil: number
}

export interface SourcesTable {
  workspaceId: string
  id: string
  name: string
  kind: SourceKind
  token: string
  sealed: string
  secretPreview: string
  previousSecretExpiresAt: number | null
  hasApiKey: Flag
  setup: string
  version: number
  createdAt: number
  updatedAt: number
  deletedAt: number | null
}

export interface SourceCallsTable {
  workspaceId: string
  sourceId: string
  callId: string
  kind: SourceKind
  state: string | null
  version: number
  tracked: string
  dueAt: number | null
  createdAt: number
  updatedAt: number
}

export interface SourceSignalsTable {
  workspaceId: string
  sourceId: string
  dedupeKey: string
  id: string
  callId: string | null
  event: string
  state: string | null
  occurredAt: number | null
  receivedAt: number
  payload: string
}

export interface RefusedRequestsTable {
  workspaceId: string
  sourceId: string
  id: string
  receivedAt: number
  cause: RefusalCause
  detail: string | null
  remoteAddress: string | null
  headers: string
  body: string
  unkept: number
}

/** Booleans in tables are 0 and 1, because SQLite has no other. */
export function flag(value: boolean): Flag {
  return value ? 1 : 0
}
