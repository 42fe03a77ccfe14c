// Generated from contract/src by scripts/sdk-types.ts: the SDK's public types.
// Must never be edited: change the contract, then run `node scripts/sdk-types.ts`.

/** What an API key may do. */
export type Scope =
  | 'webhooks:read'
  | 'webhooks:write'
  | 'events:read'
  | 'events:write'
  | 'events:erase'
  | 'event-types:read'
  | 'event-types:write'
  | 'api-keys:read'
  | 'api-keys:write'
  | 'sources:read'
  | 'sources:write'

/** What an API key is for. */
export type Environment = 'production' | 'sandbox' | 'staging' | 'development'

/** Whether the events of one call arrive one at a time. */
export type Ordering = 'none' | 'call'

/** Whether events are sent to a webhook, or fetched by a consumer. */
export type WebhookKind = 'push' | 'pull'

/** Why the service switched a webhook off. */
export type DisabledReason = 'gone' | 'failing'

/** Where a delivery stands. */
export type DeliveryStatus = 'queued' | 'sending' | 'success' | 'failed'

/** What caused an attempt. */
export type Trigger = 'automatic' | 'manual' | 'replay' | 'test'

/** How an attempt ended; with a responseStatus, but for `answered`, a response began and did not end. */
export type AttemptOutcome =
  | 'answered'
  | 'timed_out'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_failed'
  | 'dns_failed'
  | 'tls_failed'
  | 'blocked_address'
  | 'invalid_response'
  | 'invalid_target'

/** Every code that the API answers an error with. */
export type ErrorCode =
  | 'INVALID_JSON'
  | 'INVALID_INPUT'
  | 'WORKSPACE_REQUIRED'
  | 'UNKNOWN_EVENT_TYPE'
  | 'INVALID_EVENT_DATA'
  | 'INVALID_EVENT_TYPE_SCHEMA'
  | 'URL_NOT_ALLOWED'
  | 'HEADER_NOT_ALLOWED'
  | 'INVALID_IDEMPOTENCY_KEY'
  | 'INVALID_CURSOR'
  | 'API_KEY_REQUIRED'
  | 'API_KEY_INVALID'
  | 'API_KEY_WITHOUT_BEARER'
  | 'API_KEYS_DIFFER'
  | 'SESSION_REQUIRED'
  | 'SESSION_INVALID'
  | 'PORTAL_LINK_INVALID'
  | 'SCOPE_MISSING'
  | 'WORKSPACE_FORBIDDEN'
  | 'CAPABILITY_MISSING'
  | 'CLOSED_TO_PORTALS'
  | 'CSRF_TOKEN_INVALID'
  | 'ORIGIN_FORBIDDEN'
  | 'ROUTE_NOT_FOUND'
  | 'WORKSPACE_NOT_FOUND'
  | 'WEBHOOK_NOT_FOUND'
  | 'SUBSCRIPTION_NOT_FOUND'
  | 'EVENT_TYPE_NOT_FOUND'
  | 'EVENT_NOT_FOUND'
  | 'CALL_NOT_FOUND'
  | 'DELIVERY_NOT_FOUND'
  | 'REPLAY_NOT_FOUND'
  | 'API_KEY_NOT_FOUND'
  | 'PORTAL_SESSION_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TIMEOUT'
  | 'SUBSCRIPTION_EXISTS'
  | 'WEBHOOK_LIMIT_REACHED'
  | 'SECRET_LIMIT_REACHED'
  | 'API_KEY_LIMIT_REACHED'
  | 'PORTAL_SESSION_LIMIT_REACHED'
  | 'EVENT_TYPE_LIMIT_REACHED'
  | 'EVENT_TYPE_BYTES_REACHED'
  | 'EVENT_TYPE_EXISTS'
  | 'EVENT_TYPE_BUILT_IN'
  | 'EVENT_TYPE_IN_USE'
  | 'EVENT_TYPE_UNUSABLE'
  | 'EVENT_TYPE_RESERVED'
  | 'WEBHOOK_INACTIVE'
  | 'REPLAY_LIMIT_REACHED'
  | 'WEBHOOK_IS_PUSH'
  | 'LEASE_ENDED'
  | 'DELIVERY_SENDING'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'EVENT_ID_REUSED'
  | 'TOO_MANY_DELIVERIES'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'EXPECTATION_FAILED'
  | 'SIGNATURE_REFUSED'
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_LIMIT_REACHED'
  | 'MESSAGE_NEEDS_ANSWER'
  | 'TEST_RECEIVER_NOT_FOUND'
  | 'TEST_RECEIVER_LIMIT_REACHED'
  | 'TEST_RECEIVERS_OFF'
  | 'TEST_NOT_FETCHED'
  | 'TEST_DELAYED'
  | 'TEST_ERASED'
  | 'TOO_MANY_REQUESTS'
  | 'TOO_MANY_STREAMS'
  | 'INTERNAL_ERROR'
  | 'STORAGE_UNAVAILABLE'
  | 'SENDING_UNAVAILABLE'
  | 'NOT_READY'

/** How a webhook fares. */
export type HealthState = 'healthy' | 'failing' | 'disabled' | 'idle'

/** Why attempts fail. */
export type FailureCause =
  | 'dns_failed'
  | 'blocked_address'
  | 'invalid_target'
  | 'connection_refused'
  | 'connection_reset'
  | 'connection_failed'
  | 'tls_failed'
  | 'certificate_expired'
  | 'certificate_not_yet_valid'
  | 'certificate_wrong_host'
  | 'certificate_self_signed'
  | 'certificate_unknown_authority'
  | 'certificate_chain_incomplete'
  | 'connect_timed_out'
  | 'response_timed_out'
  | 'body_timed_out'
  | 'invalid_response'
  | 'status_3xx'
  | 'status_401'
  | 'status_403'
  | 'status_404'
  | 'status_405'
  | 'status_410'
  | 'status_413'
  | 'status_429'
  | 'status_4xx'
  | 'status_5xx'

/** Why a webhook does not get an event. */
export type SkipReason = 'no_subscription' | 'subscription_inactive' | 'webhook_inactive' | 'other_agent'

/** Where a call stands. */
export type CallState = 'registered' | 'ongoing' | 'ended' | 'not_connected' | 'error'

/** A provider of calls. */
export type SourceKind =
  'retell' | 'twilio' | 'vapi' | 'telnyx' | 'elevenlabs' | 'livekit' | 'vonage' | 'plivo' | 'bland' | 'generic'

/** Only calls whose last known `data.call_status` is this */
export type CallStatus = string

/** Which deliveries a replay queues. */
export type ReplaySelection = 'failed' | 'missing' | 'all'

/** Where a replay stands. */
export type ReplayStatus = 'running' | 'finished' | 'cancelled'

/** How wide a bucket of statistics is. */
export type BucketSize = '1m' | '5m' | '1h' | '1d'

/**
 * What became of leased deliveries.
 *
 * @minItems 1
 * @maxItems 100
 */
export type PullResults = PullResult[]

/** Why the result of a consumer is not an attempt. */
export type UncountedReason = 'lease_ended' | 'released'

/** Why a provider's request was not taken. */
export type RefusalCause =
  | 'no_signature'
  | 'malformed_signature'
  | 'unknown_algorithm'
  | 'wrong_secret'
  | 'body_changed'
  | 'wrong_url'
  | 'too_old'
  | 'in_future'
  | 'no_body_hash'
  | 'not_readable'
  | 'needs_answer'
  | 'too_large'

/** How a call goes. */
export type SampleEnd = 'answered' | 'unanswered' | 'failed'

/** What a portal session may do. */
export type Capability = 'view' | 'manage' | 'secrets' | 'retry' | 'replay' | 'publish'

/** Where a numbered page stands in its list. */
export interface PageMeta {
  page: number
  limit: number
  total: number
  hasPrevious: boolean
  hasNext: boolean
}

/** Where a page of history stands in its list. */
export interface HistoryMeta {
  limit: number
  nextCursor: string | null
  /** true: ask again with `nextCursor`. A page of a filter that few fit may hold fewer than `limit`, or none, and go on */
  hasNext: boolean
}

/** Which page of a numbered list. */
export interface PageQuery {
  page?: number
  limit?: number
}

/** Which page of a history, newest first. */
export interface HistoryQuery {
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** The URL a workspace wants its events at, and how they are sent there. */
export interface Webhook {
  id: string
  kind: WebhookKind
  agentId: string | null
  /** Where its events are sent; `pull:<id>`: a consumer fetches them */
  url: string
  description: string | null
  isActive: boolean
  /** The values are masked for a key without `webhooks:write` */
  headers: {
    [k: string]: string
  }
  /** `whsec_` if it has it, 16 asterisks, the last 4 characters */
  secretPreview: string
  /** Of a rotation: until then the replaced secret signs too. Else: when the last of the earlier secrets ends. Null: none signs */
  previousSecretExpiresAt: string | null
  ordering: Ordering
  rateLimitPerSecond: number | null
  retrySchedule: number[] | null
  /** Why the service switched it off: `gone` (410 answered) or `failing` (120 h of failures) */
  disabledReason: DisabledReason | null
  /** Deliveries that ended in success */
  successCount: number
  /** Deliveries that ended in failure */
  failureCount: number
  /** Its subscriptions, active or not. A webhook with none gets nothing */
  subscriptionCount: number
  /** End of the last attempt */
  lastDeliveryAt: string | null
  createdAt: string
  updatedAt: string
}

/** A webhook that was made, with its first subscriptions. */
export interface CreatedWebhook {
  id: string
  kind: WebhookKind
  agentId: string | null
  /** Where its events are sent; `pull:<id>`: a consumer fetches them */
  url: string
  description: string | null
  isActive: boolean
  /** The values are masked for a key without `webhooks:write` */
  headers: {
    [k: string]: string
  }
  /** `whsec_` if it has it, 16 asterisks, the last 4 characters */
  secretPreview: string
  /** Of a rotation: until then the replaced secret signs too. Else: when the last of the earlier secrets ends. Null: none signs */
  previousSecretExpiresAt: string | null
  ordering: Ordering
  rateLimitPerSecond: number | null
  retrySchedule: number[] | null
  /** Why the service switched it off: `gone` (410 answered) or `failing` (120 h of failures) */
  disabledReason: DisabledReason | null
  /** Deliveries that ended in success */
  successCount: number
  /** Deliveries that ended in failure */
  failureCount: number
  /** Its subscriptions, active or not. A webhook with none gets nothing */
  subscriptionCount: number
  /** End of the last attempt */
  lastDeliveryAt: string | null
  createdAt: string
  updatedAt: string
  /** Where `eventKeys` were given: one for each, in their order */
  subscriptions?: Subscription[]
}

/** An event type that a webhook wants. */
export interface Subscription {
  id: string
  webhookId: string
  eventKey: string
  isActive: boolean
  createdAt: string
  updatedAt: string
}

/** A new webhook. */
export interface WebhookCreate {
  /** `pull`: nothing is sent; a consumer fetches its events, and it has no url. It cannot be changed. Omitted: `push` */
  kind?: 'push' | 'pull'
  /** https, without credentials and fragment. Required for a push, refused for a pull */
  url?: string
  /** null: events of all agents; set: only events of that agent */
  agentId?: string | null
  description?: string | null
  /** false: nothing is sent and nothing new is queued; what is queued waits. A new webhook: true */
  isActive?: boolean
  /** Own headers of every delivery. Names begin with `X-`; Authorization is never allowed. */
  headers?: {
    [k: string]: string
  }
  /** `call`: events with the same `data.call_id` arrive one at a time in publish order. A new webhook: `none` */
  ordering?: 'none' | 'call'
  /** Waiting for a turn is no failure and costs no attempt */
  rateLimitPerSecond?: number | null
  /** Seconds before each attempt, the first included; every later one at least 5; null: the service's schedule */
  retrySchedule?: number[] | null
  /** Printable ASCII; after `whsec_` the base64 of 16 to 64 bytes. Omitted or null: `whsec_` and base64 of 24 random bytes is made. */
  secret?: string | null
  /**
   * Event types to subscribe to at once, all or nothing. The response has the subscriptions
   *
   * @maxItems 100
   */
  eventKeys?: string[]
}

/** What of a webhook is to change; the rest stays. */
export interface WebhookUpdate {
  /** https, without credentials and fragment */
  url?: string
  /** null: events of all agents; set: only events of that agent */
  agentId?: string | null
  description?: string | null
  /** false: nothing is sent and nothing new is queued; what is queued waits. A new webhook: true */
  isActive?: boolean
  /** Own headers of every delivery. Names begin with `X-`; Authorization is never allowed. */
  headers?: {
    [k: string]: string
  }
  /** `call`: events with the same `data.call_id` arrive one at a time in publish order. A new webhook: `none` */
  ordering?: 'none' | 'call'
  /** Waiting for a turn is no failure and costs no attempt */
  rateLimitPerSecond?: number | null
  /** Seconds before each attempt, the first included; every later one at least 5; null: the service's schedule */
  retrySchedule?: number[] | null
}

/** A webhook's signing secret. */
export interface WebhookSecret {
  secret: string
  /** Of a rotation: until then the replaced secret signs too. Else: when the last of the earlier secrets ends. Null: none signs */
  previousSecretExpiresAt: string | null
}

/** A webhook's new signing secret. */
export interface RotatedSecret {
  /** Absent in the response to a request that was repeated with its Idempotency-Key */
  secret?: string
  /** Of a rotation: until then the replaced secret signs too. Else: when the last of the earlier secrets ends. Null: none signs */
  previousSecretExpiresAt: string | null
}

/** How to rotate a signing secret. */
export interface SecretRotate {
  /** Printable ASCII; after `whsec_` the base64 of 16 to 64 bytes. Omitted or null: `whsec_` and base64 of 24 random bytes is made. */
  secret?: string | null
  /** How long the replaced secret still signs; omitted: 24. Earlier ones keep the time that they were promised */
  overlapHours?: number
  /** True: secrets of earlier rotations end at once, whatever they were promised. For one that has leaked */
  endPrevious?: boolean
}

/** What to test with: the example of an event type, or data of your own. */
export interface WebhookTest {
  eventKey: string
  /** Sent in place of the type's example, byte for byte. Checked against the type's schema, as that of a published event */
  data?: {
    [k: string]: unknown
  }
  /** true: replaced secrets do not sign, so that the test shows whether the receiver verifies with the current one. Only for a push */
  currentSecretOnly?: boolean
}

/** Attempts that failed for the same reason. */
export interface FailingCause {
  cause: FailureCause
  /** Attempts that failed so, since `since` */
  count: number
  /** The beginning of the minute or hour of the first of them */
  firstAt: string
  /** The beginning of the minute or hour of the last of them */
  lastAt: string
  /** What happens */
  message: string
  /** What to do */
  advice: string
  /** The last attempt that failed so, among those of the newest deliveries that have not arrived; null: none of them */
  latest: {
    /** The delivery */
    deliveryId: string
    /** When the attempt began */
    at: string
    error: string | null
  } | null
}

/** The change of a webhook after which it began to fail. */
export interface HealthChange {
  /** What was done */
  action:
    | 'workspace.created'
    | 'workspace.updated'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'webhook.created'
    | 'webhook.updated'
    | 'webhook.deleted'
    | 'webhook.disabled'
    | 'webhook.secret_revealed'
    | 'webhook.secret_rotated'
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.deleted'
    | 'event_type.created'
    | 'event_type.updated'
    | 'event_type.deleted'
    | 'delivery.retried'
    | 'replay.created'
    | 'replay.cancelled'
    | 'webhook.tested'
    | 'call.erased'
    | 'portal_session.created'
    | 'portal_session.used'
    | 'portal_session.ended'
    | 'portal_session.all_ended'
    | 'session.created'
    | 'session.ended'
    | 'test_receiver.created'
    | 'test_receiver.updated'
    | 'test_receiver.deleted'
    | 'source.created'
    | 'source.updated'
    | 'source.deleted'
    | 'source.tested'
  /** The names of the fields that changed */
  changedFields: string[]
  /** When */
  at: string
  /** The same in words */
  message: string
}

/** How a webhook fares, in words. */
export interface WebhookHealth {
  webhookId: string
  state: HealthState
  /** All of it in a few sentences */
  summary: string
  /** Since when no attempt has succeeded; null: the last one did */
  failingSince: string | null
  /** Why the service disabled it; null: it did not, and a person may have */
  disabledReason: DisabledReason | null
  /** The beginning of the minute or hour of the last success since `since`; null: there was none */
  lastSuccessAt: string | null
  /** When the next attempt is due; null: none waits for a time */
  nextAttemptAt: string | null
  /** What is counted began then: 24 hours ago, or when the failing began, at most 35 days ago */
  since: string
  /** Attempts since then */
  attempts: number
  /** Of them those that failed */
  failures: number
  /** Why they failed, the most frequent first */
  causes: FailingCause[]
  /** The last change of the webhook between its last success and its first failure; of a receiver that answers 401 or 403 also a rotation of the week before, whose old secret signs no more; null: there was none */
  change: HealthChange | null
}

/** A new subscription. */
export interface SubscriptionCreate {
  eventKey: string
  /** Omitted: true */
  isActive?: boolean
}

/** What of a subscription is to change. */
export interface SubscriptionUpdate {
  isActive?: boolean
}

/** Which of a webhook's subscriptions. */
export interface ListSubscriptionsQuery {
  isActive?: boolean
  page?: number
  limit?: number
}

/** A key of the catalogue with the JSON Schema and an example of its `data`. */
export interface EventType {
  key: string
  title: string
  description: string
  /** JSON Schema 2020-12 of `data` */
  schema: {
    [k: string]: unknown
  }
  /** A `data` that the schema accepts */
  example: {
    [k: string]: unknown
  }
  isDeprecated: boolean
  /** true: part of Timbre; cannot be changed or deleted */
  isBuiltIn: boolean
  /** null for a built-in type */
  createdAt: string | null
  updatedAt: string | null
}

/** A new event type of your own. */
export interface EventTypeCreate {
  key: string
  title?: string
  description?: string
  /** JSON Schema 2020-12 of `data`, at most 32 KiB, without references to other documents */
  schema?: {
    [k: string]: unknown
  }
  /** A `data` that the schema accepts */
  example?: {
    [k: string]: unknown
  }
}

/** What of an event type of your own is to change. */
export interface EventTypeUpdate {
  title?: string
  description?: string
  /** JSON Schema 2020-12 of `data`, at most 32 KiB, without references to other documents */
  schema?: {
    [k: string]: unknown
  }
  /** A `data` that the schema accepts */
  example?: {
    [k: string]: unknown
  }
  isDeprecated?: boolean
}

/** What may be asked before an event type is added or changed. */
export interface EventTypeCheck {
  /** JSON Schema 2020-12 of `data`, at most 32 KiB, without references to other documents */
  schema: {
    [k: string]: unknown
  }
  /** A `data` that the schema accepts */
  example?: {
    [k: string]: unknown
  }
}

/** Whether an event type would be accepted, and why not. */
export interface EventTypeVerdict {
  /** true: a type with this schema, and this example, would be accepted */
  isUsable: boolean
  /** What is wrong, at most 20. An example is checked only with a schema that can be used */
  issues: {
    /** A JSON Pointer that begins with `/schema` or `/example` */
    path: string
    /** What is wrong there */
    message: string
  }[]
}

/** An event to publish. */
export interface EventPublish {
  type: string
  /** Checked against the type's schema, numbers as IEEE 754 doubles; reaches receivers byte for byte. No object has a name twice. */
  data: {
    [k: string]: unknown
  }
  agentId?: string | null
  /** A repeated id is accepted as a duplicate and sent once */
  id?: string
  /** Omitted: now */
  createdAt?: string
}

/** A webhook that does not get an event, and why. */
export interface SkippedWebhook {
  webhookId: string
  /** `no_subscription`: it does not subscribe to the type; `subscription_inactive`, `webhook_inactive`: one of the two is not active; `other_agent`: its `agentId` is not that of the event */
  reason: 'no_subscription' | 'subscription_inactive' | 'webhook_inactive' | 'other_agent'
}

/** An accepted event: it and all its deliveries are on disk. */
export interface AcceptedEvent {
  /** Always shown prefixed */
  id: string
  type: string
  createdAt: string
  /** true: this id was accepted before and nothing is sent again */
  duplicate: boolean
  /** Deliveries that this event has: one for each subscription that matched. 0: `skipped` says why */
  deliveryCount: number
  /** The agent of the event: `agentId`, else `data.agent_id` where that is a UUID */
  agentId: string | null
  /** Where nothing matched: why each webhook does not get it, those that come closest first, at most 20 of an event and 1000 of a request. Empty: the workspace has no webhook */
  skipped?: SkippedWebhook[]
}

/** An event as lists show it. */
export interface EventSummary {
  /** Always shown prefixed */
  id: string
  type: string
  agentId: string | null
  callId: string | null
  createdAt: string
  /** Deliveries that it has */
  deliveryCount: number
  /** true: a test send made it, for one webhook. It says nothing of its call, and no replay sends it again */
  isTest: boolean
}

/** An event with its data and its deliveries. */
export interface EventDetail {
  /** Always shown prefixed */
  id: string
  type: string
  agentId: string | null
  callId: string | null
  createdAt: string
  /** Deliveries that it has */
  deliveryCount: number
  /** true: a test send made it, for one webhook. It says nothing of its call, and no replay sends it again */
  isTest: boolean
  /** As it was published */
  data: {
    [k: string]: unknown
  }
  /** The newest 250; `GET /v1/deliveries?eventId=` lists all of them */
  deliveries: DeliverySummary[]
  /** The webhooks that did not get it, and why, as far as their present configuration tells: those that come closest first, at most 100 */
  skipped: SkippedWebhook[]
}

/** A delivery (one event for one subscription) as lists show it. */
export interface DeliverySummary {
  id: string
  webhookId: string
  /** null: a test send of a type that the webhook does not subscribe to */
  subscriptionId: string | null
  eventId: string
  eventKey: string
  status: DeliveryStatus
  /** Attempts made so far */
  attempts: number
  requestMethod: 'POST'
  createdAt: string
  updatedAt: string
  nextAttemptAt: string | null
  lastError: string | null
  responseStatus: number | null
}

/** Which events. */
export interface ListEventsQuery {
  type?: string
  callId?: string
  id?: string
  /** true: only events without a delivery; false: only those with one */
  undelivered?: boolean
  since?: string
  until?: string
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** What was removed of one call. */
export interface Erasure {
  callId: string
  /** Events that this request removed */
  events: number
  /** Deliveries of them, those that were still waiting included */
  deliveries: number
  /** Attempts of these */
  attempts: number
  /** Deliveries that a node may still begin to send, because it has not confirmed within 5 s: those of them that it held, one at least of each such node. 0 but for a fault */
  unconfirmed: number
}

/** A delivery with the request and the response of its last attempt. */
export interface Delivery {
  id: string
  webhookId: string
  /** null: a test send of a type that the webhook does not subscribe to */
  subscriptionId: string | null
  eventId: string
  eventKey: string
  status: DeliveryStatus
  /** Attempts made so far */
  attempts: number
  requestMethod: 'POST'
  createdAt: string
  updatedAt: string
  nextAttemptAt: string | null
  lastError: string | null
  responseStatus: number | null
  /** Of the last attempt, without secrets; signatures are shown */
  requestHeaders: {
    [k: string]: string
  } | null
  /** The event as it is sent */
  requestBody: {
    [k: string]: unknown
  }
  responseBody: string | null
}

/** Which deliveries of the workspace. */
export interface ListDeliveriesQuery {
  webhookId?: string
  status?: DeliveryStatus
  eventKey?: string
  eventId?: string
  since?: string
  until?: string
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** Which deliveries to watch, and from where on. */
export interface StreamDeliveriesQuery {
  webhookId?: string
  status?: DeliveryStatus
  eventKey?: string
  eventId?: string
  /** From where to go on, for clients that cannot set the header `Last-Event-ID`, which comes first */
  lastEventId?: string
}

/** Changes that a stream cannot show any more: they were made between these times. */
export interface DeliveryGap {
  from: string
  until: string
}

/** Which deliveries of a webhook. */
export interface ListWebhookDeliveriesQuery {
  status?: DeliveryStatus
  eventKey?: string
  eventId?: string
  since?: string
  until?: string
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** How long the phases of an attempt took. */
export interface Timings {
  /** milliseconds; null: not reached, or a kept-alive connection was reused */
  dns: number | null
  /** milliseconds; null: not reached, or a kept-alive connection was reused */
  connect: number | null
  /** milliseconds; null: not reached, or a kept-alive connection was reused */
  tls: number | null
  /** milliseconds; null: not reached, or a kept-alive connection was reused */
  firstByte: number | null
}

/** One request for one delivery, and the evidence of what happened. */
export interface Attempt {
  /** 1 for the first attempt of the delivery */
  number: number
  trigger: Trigger
  startedAt: string
  durationMs: number
  timings: Timings
  remoteAddress: string | null
  requestHeaders: {
    [k: string]: string
  }
  responseStatus: number | null
  responseHeaders: {
    [k: string]: string
  } | null
  responseBody: string | null
  outcome: AttemptOutcome
  error: string | null
}

/** How many deliveries stand where. */
export interface DeliveryCounts {
  /** Deliveries that are `queued` */
  queued: number
  /** Deliveries that are `sending` */
  sending: number
  /** Deliveries that are `success` */
  success: number
  /** Deliveries that are `failed` */
  failed: number
}

/** The events with one `call_id`, as lists show it. */
export interface Call {
  /** `data.call_id` of its events */
  callId: string
  /** The last known `data.call_status`, such as `registered`, `not_connected`, `ongoing`, `ended`, `error`; null: no event said one */
  status: string | null
  /** Where it stands by what its source said, which never goes back; null: no source told of it */
  state: CallState | null
  /** The provider that told of it; of several the one that was heard of last; null: none did */
  provider: SourceKind | null
  /** Why it ended: the last known `data.disconnection_reason`, else `data.error_code`; null: no event said */
  endReason: string | null
  /** What its source said of it, each message once; at most 1000 */
  signalCount: number
  /** The agent of the first event that has one */
  agentId: string | null
  /** `data.from_number`. As the events say it */
  fromNumber: string | null
  /** `data.to_number`. As the events say it */
  toNumber: string | null
  firstEventAt: string
  lastEventAt: string
  /** Its events, at most 1000 */
  eventCount: number
  /** false: it has more events than were counted */
  eventCountIsExact: boolean
  /** Deliveries of its events by status; null: they are too many to be counted here */
  deliveries: DeliveryCounts | null
}

/** An attempt without what was sent and received. */
export interface CallAttempt {
  /** 1 for the first attempt of the delivery */
  number: number
  trigger: Trigger
  startedAt: string
  durationMs: number
  timings: Timings
  remoteAddress: string | null
  responseStatus: number | null
  outcome: AttemptOutcome
  error: string | null
}

/** A delivery of an event of a call, with its newest attempts. */
export interface CallDelivery {
  id: string
  webhookId: string
  /** null: a test send of a type that the webhook does not subscribe to */
  subscriptionId: string | null
  eventId: string
  eventKey: string
  status: DeliveryStatus
  /** Attempts made so far */
  attempts: number
  requestMethod: 'POST'
  createdAt: string
  updatedAt: string
  nextAttemptAt: string | null
  lastError: string | null
  responseStatus: number | null
  /** The newest 10, oldest first; the attempts of the delivery have their headers and bodies */
  latestAttempts: CallAttempt[]
}

/** What a source said of a call. */
export interface CallSignal {
  id: string
  sourceId: string
  /** The provider's id of the call; null: it is of none */
  callId: string | null
  /** The provider's name of what happened */
  event: string
  /** Where the call stands by this message alone; null: it says nothing of that */
  state: CallState | null
  /** When it happened; null: the provider does not say */
  occurredAt: string | null
  receivedAt: string
  /** The beginning of what came: 4096 characters */
  payload: string
}

/** An event of a call, with its deliveries. */
export interface CallEvent {
  /** Always shown prefixed */
  id: string
  type: string
  agentId: string | null
  callId: string | null
  createdAt: string
  /** Deliveries that it has */
  deliveryCount: number
  /** true: a test send made it, for one webhook. It says nothing of its call, and no replay sends it again */
  isTest: boolean
  /** `data.call_status`; null: it has none, or was not read because the bodies of the call are large */
  callStatus: string | null
  /** Oldest first */
  deliveries: CallDelivery[]
}

/** A call with what its source said, its events, their deliveries and attempts. */
export interface CallDetail {
  /** `data.call_id` of its events */
  callId: string
  /** The last known `data.call_status`, such as `registered`, `not_connected`, `ongoing`, `ended`, `error`; null: no event said one */
  status: string | null
  /** Where it stands by what its source said, which never goes back; null: no source told of it */
  state: CallState | null
  /** The provider that told of it; of several the one that was heard of last; null: none did */
  provider: SourceKind | null
  /** Why it ended: the last known `data.disconnection_reason`, else `data.error_code`; null: no event said */
  endReason: string | null
  /** What its source said of it, each message once; at most 1000 */
  signalCount: number
  /** The agent of the first event that has one */
  agentId: string | null
  /** `data.from_number`. As the events say it */
  fromNumber: string | null
  /** `data.to_number`. As the events say it */
  toNumber: string | null
  firstEventAt: string
  lastEventAt: string
  /** Its events, at most 1000 */
  eventCount: number
  /** false: it has more events than were counted */
  eventCountIsExact: boolean
  /** Deliveries of its events by status; null: they are too many to be counted here */
  deliveries: DeliveryCounts | null
  /** What its source said of it, in the order in which it came: the newest 100 */
  signals: CallSignal[]
  /** In the order in which they were published: the first one and the newest 100 */
  events: CallEvent[]
  /** What was left out; `GET /v1/events?callId=` and the lists of deliveries and attempts have it */
  omitted: {
    /** Signals */
    signals: number
    /** Events; with `eventCountIsExact: false` at least so many */
    events: number
    /** Deliveries of the events that are shown */
    deliveries: number
    /** Attempts of the deliveries that are shown */
    attempts: number
  }
}

/** Which calls. */
export interface ListCallsQuery {
  status?: CallStatus
  state?: CallState
  provider?: SourceKind
  agentId?: string
  /** Only calls from or to this number. Of a telephone number the digits are compared, so that spaces, hyphens and a `+` that was not encoded do not matter */
  number?: string
  since?: string
  until?: string
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** What a webhook is to be sent again. */
export interface ReplayCreate {
  /** The time at which Timbre accepted the event; included */
  since: string
  /** The time at which Timbre accepted the event; not included. A time to come means now */
  until: string
  /**
   * Only events of these types
   *
   * @minItems 1
   * @maxItems 100
   */
  eventKeys?: string[]
  /** `failed`: deliveries that failed, their retries exhausted; `missing`: also events that have no delivery, because the webhook was off or not subscribed; `all`: also what arrived before */
  only: 'failed' | 'missing' | 'all'
  /** true: counts and sends nothing; the response is not kept. Omitted: false */
  dryRun?: boolean
}

/** The sending again of what a webhook did not get in a range of time. */
export interface Replay {
  id: string
  webhookId: string
  since: string
  until: string
  eventKeys: string[] | null
  /** `failed`: deliveries that failed, their retries exhausted; `missing`: also events that have no delivery, because the webhook was off or not subscribed; `all`: also what arrived before */
  only: 'failed' | 'missing' | 'all'
  dryRun: boolean
  status: ReplayStatus
  /** Deliveries that the replay will queue, as far as they are counted */
  matched: number
  /** false: there was more to count than a response can wait for; exact once the replay is finished */
  matchedIsExact: boolean
  /** Deliveries queued so far */
  queued: number
  createdAt: string
  updatedAt: string
  /** When it was finished or cancelled */
  finishedAt: string | null
}

/** Which statistics. */
export interface StatisticsQuery {
  since?: string
  until?: string
  /** How wide a bucket is; omitted: `1h`. `1m` and `5m` are kept for 2 days, `1h` for 35, `1d` (of UTC) for 400. Without `since`: the last hour, 6 hours, day, or 30 days, in this order. At most 750 buckets in one response, and 300 of `5m` */
  bucket?: '1m' | '5m' | '1h' | '1d'
}

/** How long a phase of attempts took, in milliseconds. */
export interface LatencyQuantiles {
  /** Attempts in which the phase was reached; a connection that was there already has no dns, connect and tls */
  count: number
  /** Half of them took no longer, milliseconds, within 9.1 % */
  p50: number
  /** 95 % of them took no longer, milliseconds, within 9.1 % */
  p95: number
  /** 99 % of them took no longer, milliseconds, within 9.1 % */
  p99: number
}

/** What happened in a time: attempts, deliveries that ended, latencies. */
export interface StatisticsCounts {
  /** Attempts that ended, of any trigger */
  attempts: number
  /** Attempts that a receiver answered with 2xx */
  succeeded: number
  /** Attempts by their outcome; `answered` is any status */
  attemptsByOutcome: {
    [k: string]: number
  }
  /** Attempts by the status of the response, also of one that did not end */
  attemptsByStatus: {
    [k: string]: number
  }
  /** Attempts without a whole response by the phase in which they stopped: `dns`, `connect`, `tls`, `first_byte`, `body` */
  attemptsByPhase: {
    [k: string]: number
  }
  /** Deliveries that ended in success; one that is sent again ends again */
  deliveriesSucceeded: number
  /** Deliveries that ended in failure: their retries were exhausted, or the webhook was deleted */
  deliveriesFailed: number
  /** How long attempts took, by phase */
  latency: {
    /** Looking up the name; null: in no attempt */
    dns: LatencyQuantiles | null
    /** Connecting; null: in no attempt */
    connect: LatencyQuantiles | null
    /** The TLS handshake; null: in no attempt */
    tls: LatencyQuantiles | null
    /** From the last byte sent to the first received; null: in no attempt */
    firstByte: LatencyQuantiles | null
    /** The whole attempt; null: in no attempt */
    total: LatencyQuantiles | null
  }
}

/** What happened in one bucket of time. */
export interface StatisticsBucket {
  /** When the bucket begins */
  start: string
  counts: StatisticsCounts
}

/** What has not ended, at this moment. */
export interface Backlog {
  /** Deliveries that wait or are being sent */
  pending: number
  /** false: there are more */
  pendingIsExact: boolean
  /** When the oldest of them was made; null: none is pending */
  oldestPendingAt: string | null
  /** When the next of them is due; null: none waits for a time */
  nextAttemptAt: string | null
  /** How long what is pending takes at the pace of the last five minutes, and no faster than the rate limit; null: nothing ended in that time */
  drainSeconds: number | null
  /** true: more is due than `rateLimitPerSecond` lets through in a second; null: of a whole workspace */
  isRateLimited: boolean | null
}

/** The statistics of a webhook or of the workspace. */
export interface Statistics {
  /** The webhook; null: the whole workspace, with webhooks that were deleted */
  webhookId: string | null
  /** How wide a bucket is */
  bucket: '1m' | '5m' | '1h' | '1d'
  /** The beginning of the first bucket, no earlier than what is kept; included */
  since: string
  /** The end of the last bucket; not included */
  until: string
  total: StatisticsCounts
  /** Oldest first; a bucket in which nothing happened is left out */
  buckets: StatisticsBucket[]
  backlog: Backlog
}

/** What came of a test send. */
export interface TestResult {
  /** true: the receiver answered 2xx */
  delivered: boolean
  deliveryId: string
  eventId: string
  attempt: Attempt
}

/** How many deliveries to lease, and for how long. */
export interface Pull {
  /** The most deliveries of one response; omitted: 10. There may be fewer: no more are leased at once than the limit of attempts in flight allows */
  max?: number
  /** How long to wait while nothing is due; omitted: 0 */
  waitSeconds?: number
  /** How long the deliveries are this consumer's; omitted: 60. A lease that ends without a result is a failed attempt */
  leaseSeconds?: number
}

/** A delivery that a consumer has leased. */
export interface PulledDelivery {
  deliveryId: string
  /** Proves the lease, in results and extensions */
  leaseToken: string
  leaseUntil: string
  /** 1 for the first attempt of the delivery */
  attempt: number
  /** The very headers of a push, freshly signed */
  headers: {
    [k: string]: string
  }
  /** The very body of a push: the text that is signed */
  body: string
}

/** What was due. */
export interface PulledDeliveries {
  /** Oldest first; empty: nothing was due in time */
  data: PulledDelivery[]
}

/** What became of a leased delivery. */
export interface PullResult {
  deliveryId: string
  /** As the pull gave it */
  leaseToken: string
  /** As a receiver would answer: 2xx is a success, 410 ends the webhook, anything else is tried again. null: released without an attempt, due again at once */
  status: number | null
  /** How long the consumer worked on it; omitted: since the lease began */
  durationMs?: number
  /** Kept with the attempt, as a response would be */
  body?: string
}

/** Whether a result counted. */
export interface RecordedResult {
  deliveryId: string
  /** true: it is recorded as an attempt */
  counted: boolean
  /** Why it did not count: `lease_ended` (the delivery is another consumer’s, or waits for one), `released`. null: it did */
  reason: UncountedReason | null
}

/** Which results counted. */
export interface RecordedResults {
  /** One for each result, in their order */
  data: RecordedResult[]
}

/** Which lease is to last longer. */
export interface LeaseExtension {
  deliveryId: string
  /** As the pull gave it */
  leaseToken: string
  /** How long it lasts from now on */
  leaseSeconds: number
}

/** Until when a delivery is leased. */
export interface ExtendedLease {
  deliveryId: string
  leaseUntil: string
}

/** How an HMAC is made, where a provider lets its users choose. */
export interface SourceVerification {
  algorithm?: 'sha1' | 'sha256' | 'sha512'
  signatureHeader?: string
  /** Before the digest: `sha256=` */
  prefix?: string
  encoding?: 'hex' | 'base64'
  /** null: no time is signed */
  timestampHeader?: string | null
  /** What is signed, with `{body}`, `{timestamp}`, `{method}`, `{url}` */
  payloadFormat?: string
  secretIsBase64?: boolean
  toleranceSeconds?: number
}

/** Where in the payload of a generic source what is found. */
export interface SourceFields {
  /** A JSON pointer into the payload (RFC 6901) */
  callId: string
  /** A JSON pointer into the payload (RFC 6901) */
  status: string
  /** What a status means; one that is not named says nothing of where the call stands */
  statuses: {
    [k: string]: CallState
  }
  /** A JSON pointer into the payload (RFC 6901) */
  event?: string
  /** A JSON pointer into the payload (RFC 6901) */
  id?: string
  /** A JSON pointer into the payload (RFC 6901) */
  time?: string
  /** A JSON pointer into the payload (RFC 6901) */
  sequence?: string
  /** A JSON pointer into the payload (RFC 6901) */
  direction?: string
  /** A JSON pointer into the payload (RFC 6901) */
  fromNumber?: string
  /** A JSON pointer into the payload (RFC 6901) */
  toNumber?: string
  /** A JSON pointer into the payload (RFC 6901) */
  agentId?: string
  /** A JSON pointer into the payload (RFC 6901) */
  reason?: string
  /** A JSON pointer into the payload (RFC 6901) */
  durationSeconds?: string
  /** A JSON pointer into the payload (RFC 6901) */
  recordingUrl?: string
  /** A JSON pointer into the payload (RFC 6901) */
  transcript?: string
  /** A JSON pointer into the payload (RFC 6901) */
  errorCode?: string
  /** A JSON pointer into the payload (RFC 6901) */
  errorMessage?: string
}

/** A provider of calls that posts its own signed requests. */
export interface Source {
  id: string
  name: string
  kind: SourceKind
  /** Where the provider posts to; without `publicUrl` the path alone */
  url: string
  publicUrl: string | null
  /** 16 asterisks, the last 4 characters */
  secretPreview: string
  /** Until then the replaced secret is taken too */
  previousSecretExpiresAt: string | null
  /** Whether a key of the provider's API is kept */
  hasApiKey: boolean
  /** By the provider's id of an agent, or by our number: the agent */
  agentMap: {
    [k: string]: string
  }
  verification: SourceVerification | null
  fields: SourceFields | null
  /** When something of it was taken last; tests do not count */
  lastSignalAt: string | null
  createdAt: string
  updatedAt: string
}

/** A new source. */
export interface SourceCreate {
  name: string
  kind: SourceKind
  /** What the provider signs with: an API key, an auth token, a signing secret; Telnyx's public key */
  secret: string
  /** Where the provider reaches this service, before `/sources/…`; Twilio and Plivo sign it */
  publicUrl?: string | null
  /** By the provider's id of an agent, or by the number on our side of the call: the agent of the events */
  agentMap?: {
    [k: string]: string
  }
  /** Of the provider's API, to ask what became of a call of which it says nothing more. Of Retell and Twilio the secret will do */
  apiKey?: string | null
  verification?: SourceVerification | null
  fields?: SourceFields | null
}

/** What of a source is to change. */
export interface SourceUpdate {
  name?: string
  /** What the provider signs with: an API key, an auth token, a signing secret; Telnyx's public key */
  secret?: string
  /** How long the secret that is replaced is still taken; omitted: 24 */
  overlapHours?: number
  /** Where the provider reaches this service, before `/sources/…`; Twilio and Plivo sign it */
  publicUrl?: string | null
  /** By the provider's id of an agent, or by the number on our side of the call: the agent of the events */
  agentMap?: {
    [k: string]: string
  }
  /** Of the provider's API, to ask what became of a call of which it says nothing more. Of Retell and Twilio the secret will do */
  apiKey?: string | null
  verification?: SourceVerification | null
  fields?: SourceFields | null
}

/** A provider's request that was refused, and why. */
export interface RefusedRequest {
  receivedAt: string
  cause: RefusalCause
  /** What it means, and what to do */
  message: string
  /** What was found, where that helps */
  detail: string | null
  remoteAddress: string | null
  /** Without credentials */
  headers: {
    [k: string]: string
  }
  /** The first 2 KiB */
  body: string
  /** Refused before this one, since the one that was kept before, and not kept */
  unkept: number
}

/** The last of them, newest first. */
export interface RefusedRequests {
  data: RefusedRequest[]
}

/** The last messages of a source that were taken, newest first. */
export interface Signals {
  data: CallSignal[]
}

/** How to test a source. */
export interface SourceTest {
  /** How the call goes; omitted: `answered` */
  outcome?: 'answered' | 'unanswered' | 'failed'
}

/** What came of testing a source. */
export interface SourceTestResult {
  /** Of the call that was made: it begins with `timbre-test-` */
  callId: string
  /** `secret`: with that of the source. `test_key`: with a key made for this test, because the provider's private key is its own (Telnyx) */
  signedWith: 'secret' | 'test_key'
  /** Why a message was refused; null: all were taken */
  cause: RefusalCause | null
  /** What the cause means, and what to do */
  message: string | null
  /** What was taken, in order */
  signals: CallSignal[]
  /** What was published, oldest first; `data.provider.is_test` is true */
  events: EventSummary[]
}

/** An API key as lists show it, without the key. */
export interface ApiKey {
  id: string
  name: string
  scopes: Scope[]
  environment: Environment
  keyPreview: string
  lastUsedAt: string | null
  revokedAt: string | null
  createdAt: string
}

/** A new API key. */
export interface ApiKeyCreate {
  name: string
  /**
   * @minItems 1
   * @maxItems 11
   */
  scopes: Scope[]
  /** Omitted: production */
  environment?: 'production' | 'sandbox' | 'staging' | 'development'
}

/** A new API key, with the key itself. */
export interface CreatedApiKey {
  id: string
  name: string
  scopes: Scope[]
  environment: Environment
  keyPreview: string
  lastUsedAt: string | null
  revokedAt: string | null
  createdAt: string
  /** Shown once; kept as a hash. Absent in the response to a request that was repeated with its Idempotency-Key. */
  key?: string
}

/** A link to the portal of a workspace, or what became of it. */
export interface PortalSession {
  id: string
  capabilities: Capability[]
  locale: ('en' | 'es') | null
  theme: ('light' | 'dark') | null
  /** `admin`, or the id of the API key */
  createdBy: string
  createdAt: string
  linkExpiresAt: string
  usedAt: string | null
  lastSeenAt: string | null
  expiresAt: string
}

/** A new portal session. */
export interface PortalSessionCreate {
  /**
   * @minItems 1
   * @maxItems 6
   */
  capabilities: Capability[]
  /** How long the session lives, counted from now; its link must be followed within 600 s */
  expiresInSeconds: number
  /** Omitted or null: that of the browser */
  locale?: ('en' | 'es') | null
  /** Omitted or null: that of the browser */
  theme?: ('light' | 'dark') | null
}

/** A new portal session, with its link. */
export interface CreatedPortalSession {
  id: string
  capabilities: Capability[]
  locale: ('en' | 'es') | null
  theme: ('light' | 'dark') | null
  /** `admin`, or the id of the API key */
  createdBy: string
  createdAt: string
  linkExpiresAt: string
  usedAt: string | null
  lastSeenAt: string | null
  expiresAt: string
  /** Good once, and shown once. Absent in the response to a request that was repeated with its Idempotency-Key. */
  link?: string
}

/** The session of a browser. */
export interface Session {
  kind: 'operator' | 'key' | 'portal'
  /** The workspace; null: an operator, who names one in `x-workspace-id` of each request */
  workspaceId: string | null
  /** What a key or an operator may do; null: a portal session */
  scopes:
    | (
        | 'webhooks:read'
        | 'webhooks:write'
        | 'events:read'
        | 'events:write'
        | 'events:erase'
        | 'event-types:read'
        | 'event-types:write'
        | 'api-keys:read'
        | 'api-keys:write'
        | 'sources:read'
        | 'sources:write'
        | 'admin'
      )[]
    | null
  /** What a portal session may do; null: it is none */
  capabilities: Capability[] | null
  /** For the header `x-csrf-token` of every request that is no GET */
  csrfToken: string
  /** When it ends, if it is not left alone for 7200 s before */
  expiresAt: string
  locale: ('en' | 'es') | null
  theme: ('light' | 'dark') | null
}

/** What a session is got for. */
export interface SessionCreate {
  /** What stands behind `#` in the link of a portal session */
  portalToken?: string
  /** An API key; `workspaceId` beside it */
  apiKey?: string
  /** The workspace of the API key */
  workspaceId?: string
  /** The admin key */
  adminKey?: string
}

/** A URL of the installation that keeps what it is sent. */
export interface TestReceiver {
  id: string
  /** For the `url` of a webhook; whoever knows it can send to it */
  url: string
  /** What it answers; 200 when it is made */
  responseStatus: number
  /** Milliseconds before it answers; 0 when it is made */
  delayMs: number
  /** How many of a hundred requests, by chance, it answers with 500; 0 when it is made */
  failurePercent: number
  /** Requests so far, also those that are not kept any more */
  requestCount: number
  createdAt: string
}

/** What a test receiver answers. */
export interface TestReceiverCreate {
  /** What it answers; 200 when it is made */
  responseStatus?: number
  /** Milliseconds before it answers; 0 when it is made */
  delayMs?: number
  /** How many of a hundred requests, by chance, it answers with 500; 0 when it is made */
  failurePercent?: number
}

/** A request that a test receiver got. */
export interface ReceivedRequest {
  id: string
  /** When it had come whole */
  receivedAt: string
  /** How it was sent */
  method: string
  /** As they came */
  headers: {
    [k: string]: string
  }
  /** As it came, in UTF-8; null: it had more than 65536 bytes */
  body: string | null
  /** What it was answered */
  responseStatus: number
  /** Whether its signature is that of a webhook of the workspace with this URL, by the secrets that hold now; null: there is no such webhook, or no body */
  verified: boolean | null
}

/** Requests that a stream cannot show any more. */
export interface ReceivedGap {
  /** How many */
  count: number
}

/** What a test receiver had kept was forgotten. */
export interface ReceivedCleared {
  /** Requests up to this number are kept no more */
  until: number
}

/** From where on to watch a test receiver. */
export interface StreamReceivedQuery {
  /** From where to go on, for clients that cannot set the header `Last-Event-ID`, which comes first */
  lastEventId?: string
}

/** One tenant. */
export interface Workspace {
  id: string
  name: string
  /** Days that events are kept with their deliveries; 0: for ever; null: as TIMBRE_RETENTION_DAYS says */
  retentionDays: number | null
  createdAt: string
}

/** A new workspace. */
export interface WorkspaceCreate {
  name: string
  /** Days that events are kept with their deliveries; 0: for ever; null: as TIMBRE_RETENTION_DAYS says */
  retentionDays?: number | null
}

/** What of a workspace is to change. */
export interface WorkspaceUpdate {
  name?: string
  /** Days that events are kept with their deliveries; 0: for ever; null: as TIMBRE_RETENTION_DAYS says */
  retentionDays?: number | null
}

/** Who changed what, when, from which address. */
export interface AuditEntry {
  id: string
  workspaceId: string | null
  action:
    | 'workspace.created'
    | 'workspace.updated'
    | 'api_key.created'
    | 'api_key.revoked'
    | 'webhook.created'
    | 'webhook.updated'
    | 'webhook.deleted'
    | 'webhook.disabled'
    | 'webhook.secret_revealed'
    | 'webhook.secret_rotated'
    | 'subscription.created'
    | 'subscription.updated'
    | 'subscription.deleted'
    | 'event_type.created'
    | 'event_type.updated'
    | 'event_type.deleted'
    | 'delivery.retried'
    | 'replay.created'
    | 'replay.cancelled'
    | 'webhook.tested'
    | 'call.erased'
    | 'portal_session.created'
    | 'portal_session.used'
    | 'portal_session.ended'
    | 'portal_session.all_ended'
    | 'session.created'
    | 'session.ended'
    | 'test_receiver.created'
    | 'test_receiver.updated'
    | 'test_receiver.deleted'
    | 'source.created'
    | 'source.updated'
    | 'source.deleted'
    | 'source.tested'
  /** `admin`, `service`, or the id of the API key or the portal session */
  actor: string
  /** Id of the thing that was changed; for an event type its key; for an erased call `sha256:` and 16 hexadecimal digits */
  targetId: string
  changedFields: string[]
  remoteAddress: string | null
  createdAt: string
}

/** The nodes, the storage and the settings of an installation. */
export interface Instance {
  /** Of the node that gave this response */
  version: string
  /** When that node started */
  startedAt: string
  /** What the operator has to see to before it does harm */
  warnings: string[]
  /** Those of the last day, the living first */
  nodes: InstanceNode[]
  storage: StorageUse
  /** Of the node that gave this response */
  settings: InstanceSetting[]
}

/** A process of an installation. */
export interface InstanceNode {
  /** Its id among the nodes of one database; null: there is only this one */
  id: string | null
  /** Whether it gave this response */
  isThis: boolean
  /** false: the others have not heard of it for 15 s, and reclaim what it held */
  isLive: boolean
  /** When it joined */
  startedAt: string
  /** When it was last heard of */
  seenAt: string
}

/** How large the storage is, and how fast it grows. */
export interface StorageUse {
  /** Where everything is kept */
  backend: 'sqlite' | 'postgres'
  /** How large the database is, without what it has free inside */
  bytes: number
  /** How much more it can take: the free disk, and what the file has free inside; on PostgreSQL what is left of `TIMBRE_DATABASE_CAPACITY_GB`; null: that is not given */
  freeBytes: number | null
  /** How much it grew in a day, since `measuredSince`; less than 0: it shrank; null: it is measured for less than an hour */
  bytesPerDay: number | null
  /** When the first of the measurements was taken, at most 7 days ago; null: there is none */
  measuredSince: string | null
  /** Days until nothing is free, at this pace; null: it does not grow, or one of both is not known */
  daysLeft: number | null
}

/** A setting that holds. */
export interface InstanceSetting {
  /** The name of the environment variable */
  name: string
  /** What holds; of a secret only where it came from; null: nothing was given, and there is no default */
  value: string | null
  /** Whether nothing was given */
  isDefault: boolean
  /** Whether it is never shown */
  isSecret: boolean
  /** In what it is given, in the language of the reader */
  unit: string
  /** What it does, in the language of the reader */
  help: string
}

/** The statistics of all workspaces together. */
export interface InstanceStatistics {
  /** How wide a bucket is */
  bucket: '1m' | '5m' | '1h' | '1d'
  /** The beginning of the first bucket, no earlier than what is kept; included */
  since: string
  /** The end of the last bucket; not included */
  until: string
  total: StatisticsCounts
  /** Oldest first; a bucket in which nothing happened is left out */
  buckets: StatisticsBucket[]
  /** Why attempts failed, the most frequent first */
  causes: CauseCount[]
}

/** How many attempts failed for one reason. */
export interface CauseCount {
  /** Why they failed */
  cause:
    | 'dns_failed'
    | 'blocked_address'
    | 'invalid_target'
    | 'connection_refused'
    | 'connection_reset'
    | 'connection_failed'
    | 'tls_failed'
    | 'certificate_expired'
    | 'certificate_not_yet_valid'
    | 'certificate_wrong_host'
    | 'certificate_self_signed'
    | 'certificate_unknown_authority'
    | 'certificate_chain_incomplete'
    | 'connect_timed_out'
    | 'response_timed_out'
    | 'body_timed_out'
    | 'invalid_response'
    | 'status_3xx'
    | 'status_401'
    | 'status_403'
    | 'status_404'
    | 'status_405'
    | 'status_410'
    | 'status_413'
    | 'status_429'
    | 'status_4xx'
    | 'status_5xx'
  /** Attempts that failed so */
  count: number
  /** What happens */
  message: string
  /** What to do */
  advice: string
}

/** What waits in an installation. */
export interface InstanceBacklog {
  /** Deliveries that wait */
  queued: number
  /** false: there are more than were looked at */
  queuedIsExact: boolean
  queuedBy: QueuedBy
  /** When the oldest was made that waits to be sent; null: none does */
  oldestPendingAt: string | null
  /** When the first was due that is due and not sent yet; null: none is due */
  oldestDueAt: string | null
  /** How long what waits to be sent takes at the pace of the last five minutes; null: nothing ended in that time */
  drainSeconds: number | null
  /** Those with most that waits, the most first */
  webhooks: WebhookBacklog[]
}

/** Deliveries by what they wait for. */
export interface QueuedBy {
  /** To be sent now: no node has capacity for them */
  due: number
  /** Failed before, for the time of the next attempt */
  retry: number
  /** Never tried, for the first time of the schedule */
  schedule: number
  /** For an earlier one of their call */
  callOrder: number
  /** For a consumer that pulls */
  consumer: number
  /** For their webhook to be enabled */
  webhookInactive: number
}

/** What waits for one webhook. */
export interface WebhookBacklog {
  /** Its workspace */
  workspaceId: string
  /** What that is called */
  workspaceName: string
  /** The webhook */
  webhookId: string
  /** Where it sends to */
  url: string
  /** false: what is queued waits until it is enabled */
  isActive: boolean
  /** Why the service disabled it; null: it did not */
  disabledReason: DisabledReason | null
  /** Since when no attempt has succeeded; null: the last one did */
  failingSince: string | null
  backlog: Backlog
}

/** The workspaces with most deliveries of late. */
export interface BusyWorkspaces {
  /** The beginning of the hour before this one */
  since: string
  /** Those with most deliveries that ended since then, the most first */
  data: BusyWorkspace[]
}

/** A workspace with what it was sent of late. */
export interface BusyWorkspace {
  /** The workspace */
  id: string
  /** What it is called */
  name: string
  /** Deliveries that ended in success */
  deliveriesSucceeded: number
  /** Deliveries that ended in failure */
  deliveriesFailed: number
}

/** Which audit entries. */
export interface ListAuditEntriesQuery {
  workspaceId?: string
  limit?: number
  /** `meta.nextCursor` of the page before; opaque, stable while rows are added */
  after?: string
}

/** `data` of call.status.updated. A call was registered, could not be connected, is ongoing, has ended or has failed. */
export interface CallStatusUpdatedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status: 'registered' | 'not_connected' | 'ongoing' | 'ended' | 'error'
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.completed. A call has ended and everything about it is known. */
export interface CallCompletedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.error. A call could not be made or was broken off by an error. */
export interface CallErrorData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code: string
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.callStarted. A call was answered and media is connected. */
export interface CallStartedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.callEnded. A call has ended; with the recording where there is one. */
export interface CallEndedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.callMissed. Nobody answered before the timeout. */
export interface CallMissedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of call.voicemailReceived. A caller left a message. */
export interface CallVoicemailReceivedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id: string
  /** Where the call stands */
  call_status?: string | null
  /** Who called whom */
  direction?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** Why the call ended, as the provider says it */
  disconnection_reason?: string | null
  /** How long the call took, in milliseconds */
  duration_ms?: number | null
  /** As the URL standard parses it */
  recording_url?: string | null
  /** As the URL standard parses it */
  public_log_url?: string | null
  /** What was said */
  transcript?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  [k: string]: unknown
}

/** `data` of tool.invoked. An agent finished invoking a tool and got its response. */
export interface ToolInvokedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** The tool */
  tool_name?: string | null
  /** The invocation */
  tool_execution_id?: string | null
  /** How it ended */
  status?: string | null
  /** How long the tool took, in milliseconds */
  duration_ms?: number | null
  /** What the tool was given */
  arguments?: {
    [k: string]: unknown
  } | null
  [k: string]: unknown
}

/** `data` of whatsapp.messageReceived. A person wrote to an agent. */
export interface WhatsappMessageReceivedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The conversation */
  conversation_id?: string | null
  /** The message */
  message_id?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What was written */
  text?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  /** Messages of the conversation */
  message_count?: number | null
  [k: string]: unknown
}

/** `data` of whatsapp.messageDelivered. A message of an agent reached the person. */
export interface WhatsappMessageDeliveredData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The conversation */
  conversation_id?: string | null
  /** The message */
  message_id?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What was written */
  text?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  /** Messages of the conversation */
  message_count?: number | null
  [k: string]: unknown
}

/** `data` of whatsapp.messageFailed. A message of an agent could not be delivered. */
export interface WhatsappMessageFailedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The conversation */
  conversation_id?: string | null
  /** The message */
  message_id?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What was written */
  text?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  /** Messages of the conversation */
  message_count?: number | null
  [k: string]: unknown
}

/** `data` of whatsapp.conversationStarted. A conversation between a person and an agent began. */
export interface WhatsappConversationStartedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The conversation */
  conversation_id?: string | null
  /** The message */
  message_id?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What was written */
  text?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  /** Messages of the conversation */
  message_count?: number | null
  [k: string]: unknown
}

/** `data` of whatsapp.conversationEnded. A conversation between a person and an agent is over. */
export interface WhatsappConversationEndedData {
  /** The call; what `ordering: call` and erasures go by */
  call_id?: string | null
  /** The conversation */
  conversation_id?: string | null
  /** The message */
  message_id?: string | null
  /** As the provider says it */
  from_number?: string | null
  /** As the provider says it */
  to_number?: string | null
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What was written */
  text?: string | null
  /** Why it failed, as the provider says it */
  error_code?: string | null
  /** The error in words */
  error_message?: string | null
  /** Messages of the conversation */
  message_count?: number | null
  [k: string]: unknown
}

/** `data` of agent.created. A new agent exists in the workspace. */
export interface AgentCreatedData {
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** What the agent is called */
  name?: string | null
  /** What the agent does */
  agent_type?: string | null
  [k: string]: unknown
}

/** `data` of agent.version.published. A version of an agent went live. */
export interface AgentVersionPublishedData {
  /** The agent; where it is a UUID, webhooks of that agent get the event */
  agent_id?: string | null
  /** The version */
  version_id?: string | null
  /** Which version it is, counted from 1 */
  version_number?: number | null
  [k: string]: unknown
}

/** `data` of webhook.failing. Every attempt has failed for 50, 70 or 90 % of the time after which the webhook is disabled. */
export interface WebhookFailingData {
  webhook_id: string
  url?: string
  reason?: string
  failing_since: string
  failing_percent: 50 | 70 | 90 | 100
  last_error?: string
  summary?: string
  summary_es?: string
  [k: string]: unknown
}

/** `data` of webhook.disabled. The service switched a webhook off: the receiver answered 410, or failed for too long. */
export interface WebhookDisabledData {
  webhook_id: string
  url?: string
  reason: string
  failing_since?: string
  failing_percent?: 50 | 70 | 90 | 100
  last_error?: string
  summary?: string
  summary_es?: string
  [k: string]: unknown
}

/** `data` of webhook.recovered. A delivery succeeded after the webhook had been reported as failing. */
export interface WebhookRecoveredData {
  webhook_id: string
  url?: string
  reason?: string
  failing_since?: string
  failing_percent?: 50 | 70 | 90 | 100
  last_error?: string
  summary?: string
  summary_es?: string
  [k: string]: unknown
}

/** `data` of delivery.exhausted. A delivery failed at its last automatic attempt. It can be sent again manually or by a replay. */
export interface DeliveryExhaustedData {
  delivery_id: string
  webhook_id: string
  event_id: string
  event_key?: string
  attempts?: number
  last_error?: string
  [k: string]: unknown
}

/** The `data` of every built-in event type. */
export interface EventDataByType {
  'call.status.updated': CallStatusUpdatedData
  'call.completed': CallCompletedData
  'call.error': CallErrorData
  'call.callStarted': CallStartedData
  'call.callEnded': CallEndedData
  'call.callMissed': CallMissedData
  'call.voicemailReceived': CallVoicemailReceivedData
  'tool.invoked': ToolInvokedData
  'whatsapp.messageReceived': WhatsappMessageReceivedData
  'whatsapp.messageDelivered': WhatsappMessageDeliveredData
  'whatsapp.messageFailed': WhatsappMessageFailedData
  'whatsapp.conversationStarted': WhatsappConversationStartedData
  'whatsapp.conversationEnded': WhatsappConversationEndedData
  'agent.created': AgentCreatedData
  'agent.version.published': AgentVersionPublishedData
  'webhook.failing': WebhookFailingData
  'webhook.disabled': WebhookDisabledData
  'webhook.recovered': WebhookRecoveredData
  'delivery.exhausted': DeliveryExhaustedData
}
