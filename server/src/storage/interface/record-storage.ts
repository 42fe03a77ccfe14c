// Owns the storage of everything that is configured or looked at.
import type {
  ChangeContext,
  FoundResponse,
  History,
  HistoryRequest,
  IdempotencyClaim,
  Page,
  PageRequest,
  RowRange,
  StoredResponse,
} from './change-context.ts'
import type {
  ApiKeyRow,
  AttemptRow,
  AttemptSummaryRow,
  AuditRow,
  CallRow,
  CandidateRow,
  DeliveryDetailRow,
  DeliveryFilter,
  DeliveryRow,
  DeliveryStatusRow,
  EventDetailRow,
  EventFilter,
  EventRow,
  EventTypeChange,
  EventTypeLimits,
  EventTypeRow,
  FoundSession,
  ListedWebhookRow,
  QueueCounts,
  SecretRotation,
  SessionRow,
  SubscriptionRow,
  UsedLink,
  WebhookChange,
  WebhookRow,
  WorkspaceChange,
  WorkspaceRow,
} from './rows.ts'

export interface RecordStorage {
  // Workspaces
  createWorkspace(row: WorkspaceRow, context: ChangeContext): Promise<void>
  listWorkspaces(request: PageRequest): Promise<Page<WorkspaceRow>>
  /** Whether there is any. Not a list: of those SQLite has a thread of its own, which a server that nobody looks into does without. */
  hasWorkspaces(): Promise<boolean>
  findWorkspace(id: string): Promise<WorkspaceRow | undefined>
  /** Throws WORKSPACE_NOT_FOUND. */
  updateWorkspace(id: string, change: WorkspaceChange, context: ChangeContext): Promise<WorkspaceRow>

  // API keys
  /** Throws API_KEY_LIMIT_REACHED when the workspace has `limit` keys that are not revoked. */
  createApiKey(row: ApiKeyRow, limit: number, context: ChangeContext): Promise<void>
  listApiKeys(workspaceId: string, request: PageRequest): Promise<Page<ApiKeyRow>>
  /** By the SHA-256 of the key, in hex. Revoked keys are found too. */
  findApiKey(hash: string): Promise<ApiKeyRow | undefined>
  /** Throws API_KEY_NOT_FOUND; revoking a revoked key changes nothing. */
  revokeApiKey(workspaceId: string, id: string, context: ChangeContext): Promise<void>
  noteKeyUse(uses: ReadonlyMap<string, number>): Promise<void>

  // Sessions of browsers
  /** Throws PORTAL_SESSION_LIMIT_REACHED when the workspace has `limit` that live. */
  createPortalSession(row: SessionRow, limit: number, context: ChangeContext): Promise<void>
  /** One that was got with a key. Of one key at most `limit` stay: the oldest end. */
  createSession(row: SessionRow, limit: number, context: ChangeContext): Promise<void>
  /** A portal session that lives and whose link has one of these hashes. */
  findPortalLink(linkHashes: readonly string[], now: number): Promise<FoundSession | undefined>
  /** True for one caller only: the link was not followed before. */
  usePortalLink(used: UsedLink, context: ChangeContext): Promise<boolean>
  /** A session that lives and whose cookie has one of these hashes. */
  findSession(hashes: readonly string[], now: number): Promise<FoundSession | undefined>
  /** By ids of sessions; each then lives for `idleMs` more, and never past its end. */
  noteSessionUse(uses: ReadonlyMap<string, number>, idleMs: number): Promise<void>
  /** Those that live, newest first. */
  listPortalSessions(workspaceId: string, now: number, request: PageRequest): Promise<Page<SessionRow>>
  /** False: there is none. */
  endSession(session: Pick<SessionRow, 'workspaceId' | 'id' | 'kind'>, context: ChangeContext): Promise<boolean>
  endPortalSessions(workspaceId: string, context: ChangeContext): Promise<void>
  /** Removes those that do not live any more, at most `limit`. Returns how many. */
  pruneSessions(now: number, limit: number): Promise<number>

  // Webhooks
  /** With its first subscriptions. Throws WEBHOOK_LIMIT_REACHED when the workspace has `limit` webhooks. */
  createWebhook(
    row: WebhookRow,
    limit: number,
    context: ChangeContext,
    subscriptions?: readonly SubscriptionRow[],
  ): Promise<void>
  listWebhooks(workspaceId: string, request: PageRequest): Promise<Page<ListedWebhookRow>>
  findWebhook(workspaceId: string, id: string): Promise<ListedWebhookRow | undefined>
  /** Raises the version. Throws WEBHOOK_NOT_FOUND. */
  updateWebhook(
    workspaceId: string,
    id: string,
    change: WebhookChange,
    context: ChangeContext,
  ): Promise<ListedWebhookRow>
  /**
   * Raises the version. False, and nothing is written, when another rotation was quicker. Throws WEBHOOK_NOT_FOUND.
   */
  rotateSecret(workspaceId: string, id: string, rotation: SecretRotation, context: ChangeContext): Promise<boolean>
  /** Removes previous secrets whose time has ended, of at most `limit` webhooks. Returns of how many. */
  wipeExpiredSecrets(now: number, limit: number): Promise<number>
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
  /** Throws EVENT_TYPE_EXISTS, EVENT_TYPE_LIMIT_REACHED, EVENT_TYPE_BYTES_REACHED. */
  createEventType(row: EventTypeRow, limits: EventTypeLimits, context: ChangeContext): Promise<void>
  /** In order of key. */
  listEventTypes(workspaceId: string, range: RowRange): Promise<Page<EventTypeRow>>
  /** Those of all workspaces, in order of workspace and key, behind the given one: for whoever looks through all of them. */
  scanEventTypes(
    after: Pick<EventTypeRow, 'workspaceId' | 'key'> | null,
    limit: number,
  ): Promise<readonly EventTypeRow[]>
  findEventType(workspaceId: string, key: string): Promise<EventTypeRow | undefined>
  /** Throws EVENT_TYPE_NOT_FOUND, EVENT_TYPE_BYTES_REACHED. */
  updateEventType(
    workspaceId: string,
    key: string,
    change: EventTypeChange,
    limits: EventTypeLimits,
    context: ChangeContext,
  ): Promise<EventTypeRow>
  /** Throws EVENT_TYPE_NOT_FOUND, EVENT_TYPE_IN_USE. */
  deleteEventType(workspaceId: string, key: string, context: ChangeContext): Promise<void>

  // History
  listEvents(workspaceId: string, filter: EventFilter, request: HistoryRequest): Promise<History<EventRow>>
  findEvent(workspaceId: string, id: string): Promise<EventDetailRow | undefined>
  /** Newest first, by the first event of each call; `since` and `until` mean the own time of that. */
  listCalls(
    workspaceId: string,
    range: Pick<EventFilter, 'since' | 'until'>,
    request: HistoryRequest,
  ): Promise<History<CallRow>>
  findCall(workspaceId: string, callId: string): Promise<CallRow | undefined>
  /**
   * The webhooks that an event of the type might go to, as they are configured now: at most `limit`, those that subscribe to it
   * first.
   */
  listCandidates(workspaceId: string, eventKey: string, limit: number): Promise<readonly CandidateRow[]>
  listDeliveries(workspaceId: string, filter: DeliveryFilter, request: HistoryRequest): Promise<History<DeliveryRow>>
  /** When the next attempt of a webhook is due; null: none waits for a time. */
  nextAttemptOf(workspaceId: string, webhookId: string): Promise<number | null>
  /** Of at most some thousand events, in no order. */
  listDeliveriesOfEvents(
    workspaceId: string,
    events: readonly Pick<EventRow, 'id' | 'seq'>[],
    limit: number,
  ): Promise<readonly DeliveryRow[]>
  listDeliveryStatuses(
    workspaceId: string,
    events: readonly Pick<EventRow, 'id' | 'seq'>[],
    limit: number,
  ): Promise<readonly DeliveryStatusRow[]>
  /** Among the first `rowsMax` that are queued, in no order; of all workspaces. */
  countQueued(now: number, rowsMax: number): Promise<QueueCounts>
  /** The newest `each` of every delivery, in no order. */
  listAttemptsOfDeliveries(
    workspaceId: string,
    deliveries: readonly Pick<DeliveryRow, 'id' | 'attempts'>[],
    each: number,
  ): Promise<readonly AttemptSummaryRow[]>
  findDelivery(workspaceId: string, webhookId: string | undefined, id: string): Promise<DeliveryDetailRow | undefined>
  /** Newest first; the sequence number is the attempt's number. */
  listAttempts(workspaceId: string, deliveryId: string, request: HistoryRequest): Promise<History<AttemptRow>>
  /**
   * Makes a delivery due now with trigger `manual`. Throws DELIVERY_NOT_FOUND, WEBHOOK_NOT_FOUND, WEBHOOK_INACTIVE,
   * DELIVERY_SENDING.
   */
  retryDelivery(workspaceId: string, webhookId: string, id: string, context: ChangeContext): Promise<DeliveryRow>
  listAuditEntries(workspaceId: string | null, request: HistoryRequest): Promise<History<AuditRow>>
  /** Of one thing, newest first, since a time: at most 50, among the newest thousand entries of the workspace. */
  listChangesOf(workspaceId: string, targetId: string, since: number): Promise<readonly AuditRow[]>
  addAuditEntry(context: ChangeContext): Promise<void>

  // Idempotency
  /** The stored response of an unexpired key, or undefined. Throws IDEMPOTENCY_KEY_REUSED when the request differs. */
  findResponse(claim: Omit<IdempotencyClaim, 'expiresAt'>, now: number): Promise<FoundResponse | undefined>
  /** Saves a response that goes with no change. Throws ResponseExists, IDEMPOTENCY_KEY_REUSED. */
  saveResponse(claim: IdempotencyClaim & { readonly response: StoredResponse }, now: number): Promise<void>
  /** Removes expired idempotency rows, at most `limit`. Returns how many. */
  pruneResponses(now: number, limit: number): Promise<number>
}
