// Owns the interface of durable storage. Everything above knows this file and never a backend.
// Times are integer milliseconds since 1970, ids are lower-case UUIDs (events: `evt_…`), secrets come in sealed.
import type { Environment, WorkspaceScope } from '@timbre/contract/api-key.ts'
import type { OutcomeKind, Timings, Trigger } from '@timbre/contract/attempt.ts'
import type { AuditAction } from '@timbre/contract/audit-entry.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery.ts'
import type { DisabledReason, Ordering } from '@timbre/contract/webhook.ts'

/**
 * The one durable store. Every promise that resolves after a write means: on disk, fsynced (CONTRACT §2, Event).
 * A write that is declined throws a `Refusal` of the contract; anything else thrown is a fault of the store.
 */
export interface Storage extends HotStorage, RecordStorage {
  /** Opens the store and brings its tables to the current version. Called once, before anything else. */
  start(): Promise<void>
  /** Closes the store; what was promised is on disk. Tolerates being called twice. */
  stop(): Promise<void>
}

// ── The way of an event: accept, claim, record ────────────────────────────────────────────────────────────────────────

export interface HotStorage {
  /**
   * One transaction for the whole batch: event rows, their deliveries (a join with the active subscriptions of active
   * webhooks, made inside the transaction), idempotency rows. Deliveries are leased to this node as far as `offer`
   * has room, else they are due at once. An event id that the workspace has already is a duplicate: nothing is added.
   */
  acceptEvents(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptAnswer>
  /**
   * Takes due deliveries of active webhooks: at most `limit` in all, at most the webhook's room each, oldest first
   * within a webhook, round-robin between webhooks. A webhook with a million due rows costs no more than one with ten.
   */
  claimDue(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]>
  /**
   * Writes the ends of attempts in one transaction: attempt rows, delivery states, webhook counters and health,
   * operational events. A result whose lease was lost is not written (it is fenced off).
   * @returns which were written, in the same order; and deliveries of operational events that were leased
   */
  recordAttempts(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAnswer>
  /** Gives leased deliveries back without an attempt: queued, due at the given time. */
  releaseDeliveries(leases: readonly DeliveryLease[], dueAt: number): Promise<void>
  /** Takes back every delivery whose lease has expired at `now`, or, with `all`, every lease there is. Returns how many. */
  rescueDeliveries(now: number, all: boolean): Promise<number>
  /** When the next queued delivery of an active webhook is due, or null. */
  nextDueAt(): Promise<number | null>
  /** Ends queued deliveries of deleted webhooks as failed, at most `limit`. Returns how many. */
  endOrphanedDeliveries(limit: number, now: number): Promise<number>
  /** What an attempt needs to know of a webhook; undefined when it was deleted. */
  loadTarget(webhookId: string): Promise<WebhookRow | undefined>
}

/** Events that are accepted together or not at all: one POST. */
export interface AcceptRequest {
  readonly workspaceId: string
  readonly events: readonly NewEvent[]
  readonly idempotency?: IdempotencyClaim | undefined
}

export interface NewEvent {
  readonly id: string
  readonly type: string
  readonly agentId: string | null
  readonly callId: string | null
  readonly createdAt: number
  readonly acceptedAt: number
  /** The exact envelope that is signed and sent, as JSON text. */
  readonly body: string
  /** A test send: this webhook only, whether active or subscribed or not, one attempt. */
  readonly testOf?: string
}

/**
 * How many deliveries this node takes into memory now, and under which lease.
 * `room` names webhooks whose lane is not empty; every other webhook has `roomDefault`.
 */
export interface LeaseOffer {
  readonly token: string
  readonly until: number
  readonly limit: number
  readonly roomDefault: number
  readonly room: ReadonlyMap<string, number>
}

export interface AcceptAnswer {
  /** One per request, in order. */
  readonly results: readonly AcceptResult[]
  readonly leased: readonly LeasedDelivery[]
  /** How many deliveries were queued as due now because there was no room for them. */
  readonly overflow: number
}

export type AcceptResult =
  | { readonly kind: 'accepted'; readonly events: readonly AcceptedRow[] }
  /** The same Idempotency-Key and body came before: this was the answer then. */
  | { readonly kind: 'repeated'; readonly events: readonly AcceptedRow[] }
  /** The same Idempotency-Key with another body. */
  | { readonly kind: 'key_reused' }

export interface AcceptedRow {
  readonly id: string
  readonly type: string
  readonly createdAt: number
  readonly duplicate: boolean
  readonly deliveryCount: number
}

/** A delivery that this node holds under a lease and must record, release or lose. */
export interface LeasedDelivery {
  readonly workspaceId: string
  readonly id: string
  readonly webhookId: string
  /** Changes with every edit of the webhook: an older copy in memory must be loaded again. */
  readonly webhookVersion: number
  readonly eventId: string
  readonly eventKey: string
  /** `data.call_id` when the webhook's ordering is `call`, else null. */
  readonly orderKey: string | null
  readonly createdAt: number
  /** Attempts made before, of any trigger; and those of them that count for the retry schedule. */
  readonly attempts: number
  readonly scheduledAttempts: number
  readonly trigger: Trigger
  /** A success was recorded before (this attempt was asked for by hand or by a replay). */
  readonly succeededBefore: boolean
  readonly leaseToken: string
}

export interface ClaimedDelivery extends LeasedDelivery {
  readonly body: string
}

export interface DeliveryLease {
  readonly workspaceId: string
  readonly id: string
  readonly leaseToken: string
}

/** How an attempt ended and what follows from it, as `decide` chose. */
export interface AttemptResult {
  readonly lease: DeliveryLease
  readonly webhookId: string
  readonly attempt: AttemptRow
  readonly status: Exclude<DeliveryStatus, 'sending'>
  /** Set exactly when status is `queued`. */
  readonly nextAttemptAt: number | null
  readonly countsForSchedule: boolean
  readonly disableWebhook: DisabledReason | null
  /** Operational events to be accepted in the same transaction. */
  readonly announce: readonly NewEvent[]
}

export interface RecordAnswer {
  readonly written: readonly boolean[]
  readonly leased: readonly ClaimedDelivery[]
  readonly overflow: number
}

export interface AttemptRow {
  readonly number: number
  readonly trigger: Trigger
  readonly startedAt: number
  readonly durationMs: number
  readonly timings: Timings
  readonly remoteAddress: string | null
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseStatus: number | null
  readonly responseHeaders: Readonly<Record<string, string>> | null
  readonly responseBody: string | null
  readonly outcome: OutcomeKind
  readonly error: string | null
}

// ── Everything that is configured or looked at ────────────────────────────────────────────────────────────────────────

/** What goes with a management change into its transaction. */
export interface ChangeContext {
  readonly now: number
  readonly audit: AuditNote
  /** A repeated key throws Refusal IDEMPOTENCY_KEY_REUSED or returns through `findAnswer`; see IdempotencyClaim. */
  readonly idempotency?: (IdempotencyClaim & { readonly answer: SavedAnswer }) | undefined
}

export interface AuditNote {
  readonly id: string
  readonly workspaceId: string | null
  readonly action: AuditAction
  readonly actor: string
  readonly targetId: string
  readonly changedFields: readonly string[]
  readonly remoteAddress: string | null
}

export interface IdempotencyClaim {
  readonly workspaceId: string
  readonly key: string
  /** SHA-256 of method, path and body. */
  readonly requestHash: string
  readonly expiresAt: number
}

/** The answer of a POST, sealed, because it may hold a key that is shown once. */
export interface SavedAnswer {
  readonly status: number
  readonly sealedBody: string
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly total: number
}

export interface PageRequest {
  readonly page: number
  readonly limit: number
}

/** `before`: only rows older than this sequence number. Newest first. */
export interface HistoryRequest {
  readonly limit: number
  readonly before: number | null
}

export interface History<T> {
  readonly rows: readonly T[]
  /** Sequence number to go on from, or null at the end. */
  readonly next: number | null
}

export interface RecordStorage {
  // Workspaces
  createWorkspace(row: WorkspaceRow, context: ChangeContext): Promise<void>
  listWorkspaces(request: PageRequest): Promise<Page<WorkspaceRow>>
  findWorkspace(id: string): Promise<WorkspaceRow | undefined>
  /** Throws WORKSPACE_NOT_FOUND. */
  updateWorkspace(id: string, name: string, context: ChangeContext): Promise<WorkspaceRow>

  // API keys
  /** Throws API_KEY_LIMIT_REACHED when the workspace has `limit` keys that are not revoked. */
  createApiKey(row: ApiKeyRow, limit: number, context: ChangeContext): Promise<void>
  listApiKeys(workspaceId: string, request: PageRequest): Promise<Page<ApiKeyRow>>
  /** By the SHA-256 of the key, in hex. Revoked keys are found too. */
  findApiKey(hash: string): Promise<ApiKeyRow | undefined>
  /** Throws API_KEY_NOT_FOUND; revoking a revoked key changes nothing. */
  revokeApiKey(workspaceId: string, id: string, context: ChangeContext): Promise<void>
  noteKeyUse(uses: ReadonlyMap<string, number>): Promise<void>

  // Webhooks
  /** Throws WEBHOOK_LIMIT_REACHED when the workspace has `limit` webhooks. */
  createWebhook(row: WebhookRow, limit: number, context: ChangeContext): Promise<void>
  listWebhooks(workspaceId: string, request: PageRequest): Promise<Page<WebhookRow>>
  findWebhook(workspaceId: string, id: string): Promise<WebhookRow | undefined>
  /** Raises the version. Throws WEBHOOK_NOT_FOUND. */
  updateWebhook(workspaceId: string, id: string, change: WebhookChange, context: ChangeContext): Promise<WebhookRow>
  /** Its subscriptions go with it; its history stays; its queued deliveries end as failed. Throws WEBHOOK_NOT_FOUND. */
  deleteWebhook(workspaceId: string, id: string, context: ChangeContext): Promise<void>

  // Subscriptions
  /** Throws WEBHOOK_NOT_FOUND, SUBSCRIPTION_EXISTS. */
  createSubscription(row: SubscriptionRow, context: ChangeContext): Promise<void>
  listSubscriptions(
    workspaceId: string,
    webhookId: string,
    isActive: boolean | null,
    request: PageRequest,
  ): Promise<Page<SubscriptionRow>>
  findSubscription(workspaceId: string, webhookId: string, id: string): Promise<SubscriptionRow | undefined>
  /** Throws SUBSCRIPTION_NOT_FOUND. */
  updateSubscription(
    workspaceId: string,
    webhookId: string,
    id: string,
    isActive: boolean,
    context: ChangeContext,
  ): Promise<SubscriptionRow>
  /** Throws SUBSCRIPTION_NOT_FOUND. */
  deleteSubscription(workspaceId: string, webhookId: string, id: string, context: ChangeContext): Promise<void>

  // Event types of a workspace (the built-in ones are in the contract)
  /** Throws EVENT_TYPE_EXISTS, EVENT_TYPE_LIMIT_REACHED. */
  createEventType(row: EventTypeRow, limit: number, context: ChangeContext): Promise<void>
  /** In order of key. */
  listEventTypes(workspaceId: string): Promise<readonly EventTypeRow[]>
  findEventType(workspaceId: string, key: string): Promise<EventTypeRow | undefined>
  /** Throws EVENT_TYPE_NOT_FOUND. */
  updateEventType(
    workspaceId: string,
    key: string,
    change: EventTypeChange,
    context: ChangeContext,
  ): Promise<EventTypeRow>
  /** Throws EVENT_TYPE_NOT_FOUND, EVENT_TYPE_IN_USE. */
  deleteEventType(workspaceId: string, key: string, context: ChangeContext): Promise<void>

  // History
  listEvents(workspaceId: string, filter: EventFilter, request: HistoryRequest): Promise<History<EventRow>>
  findEvent(workspaceId: string, id: string): Promise<(EventRow & { readonly body: string }) | undefined>
  listDeliveries(workspaceId: string, filter: DeliveryFilter, request: HistoryRequest): Promise<History<DeliveryRow>>
  findDelivery(workspaceId: string, webhookId: string, id: string): Promise<DeliveryDetailRow | undefined>
  /** Newest first; the sequence number is the attempt's number. */
  listAttempts(workspaceId: string, deliveryId: string, request: HistoryRequest): Promise<History<AttemptRow>>
  /**
   * Makes a delivery due now with trigger `manual`. Throws DELIVERY_NOT_FOUND, WEBHOOK_NOT_FOUND, WEBHOOK_INACTIVE,
   * DELIVERY_SENDING.
   */
  retryDelivery(workspaceId: string, webhookId: string, id: string, context: ChangeContext): Promise<DeliveryRow>
  listAuditEntries(workspaceId: string | null, request: HistoryRequest): Promise<History<AuditRow>>
  addAuditEntry(context: ChangeContext): Promise<void>

  // Idempotency
  /** The saved answer of an unexpired key, or undefined. Throws IDEMPOTENCY_KEY_REUSED when the request differs. */
  findAnswer(claim: Omit<IdempotencyClaim, 'expiresAt'>, now: number): Promise<SavedAnswer | undefined>
  /** Removes expired idempotency rows, at most `limit`. Returns how many. */
  pruneAnswers(now: number, limit: number): Promise<number>
}

export interface WorkspaceRow {
  readonly id: string
  readonly name: string
  readonly createdAt: number
}

export interface ApiKeyRow {
  readonly id: string
  readonly workspaceId: string
  readonly name: string
  readonly scopes: readonly WorkspaceScope[]
  readonly environment: Environment
  readonly hash: string
  readonly preview: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

export interface WebhookRow {
  readonly id: string
  readonly workspaceId: string
  readonly agentId: string | null
  readonly url: string
  readonly description: string | null
  readonly isActive: boolean
  readonly sealedHeaders: string
  readonly sealedSecret: string
  readonly secretPreview: string
  readonly sealedPreviousSecret: string | null
  readonly previousSecretExpiresAt: number | null
  readonly ordering: Ordering
  readonly rateLimitPerSecond: number | null
  readonly retrySchedule: readonly number[] | null
  readonly disabledReason: DisabledReason | null
  /** When the failures without a success between them began; null: the last delivery succeeded. */
  readonly failingSince: number | null
  readonly successCount: number
  readonly failureCount: number
  readonly lastDeliveryAt: number | null
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Absent: unchanged. Setting isActive to true clears disabledReason and failingSince. */
export type WebhookChange = Partial<
  Pick<
    WebhookRow,
    | 'agentId'
    | 'url'
    | 'description'
    | 'isActive'
    | 'sealedHeaders'
    | 'sealedSecret'
    | 'secretPreview'
    | 'sealedPreviousSecret'
    | 'previousSecretExpiresAt'
    | 'ordering'
    | 'rateLimitPerSecond'
    | 'retrySchedule'
  >
>

export interface SubscriptionRow {
  readonly id: string
  readonly workspaceId: string
  readonly webhookId: string
  readonly eventKey: string
  readonly isActive: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export interface EventTypeRow {
  readonly workspaceId: string
  readonly key: string
  readonly title: string
  readonly description: string
  readonly schema: Readonly<Record<string, unknown>>
  readonly example: Readonly<Record<string, unknown>>
  readonly isDeprecated: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

export type EventTypeChange = Partial<
  Pick<EventTypeRow, 'title' | 'description' | 'schema' | 'example' | 'isDeprecated'>
>

export interface EventFilter {
  readonly type?: string | undefined
  readonly callId?: string | undefined
  readonly id?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export interface EventRow {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly agentId: string | null
  readonly callId: string | null
  readonly createdAt: number
  readonly deliveryCount: number
}

export interface DeliveryFilter {
  readonly webhookId?: string | undefined
  readonly status?: DeliveryStatus | undefined
  readonly eventKey?: string | undefined
  readonly eventId?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
}

export interface DeliveryRow {
  readonly seq: number
  readonly id: string
  readonly webhookId: string
  readonly subscriptionId: string | null
  readonly eventId: string
  readonly eventKey: string
  readonly status: DeliveryStatus
  readonly attempts: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly nextAttemptAt: number | null
  readonly lastError: string | null
  readonly responseStatus: number | null
}

export interface DeliveryDetailRow extends DeliveryRow {
  readonly body: string
  readonly lastAttempt: AttemptRow | null
}

export interface AuditRow extends AuditNote {
  readonly seq: number
  readonly createdAt: number
}
