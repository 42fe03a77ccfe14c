// Owns the rows as the store gives them: times in milliseconds, secrets sealed.

import type { Environment, WorkspaceScope } from '@timbre/contract/api-key.ts'
import type { OutcomeKind, Timings, Trigger } from '@timbre/contract/attempt.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { Capability, Locale, Theme } from '@timbre/contract/portal-session.ts'
import type { SessionKind } from '@timbre/contract/session.ts'
import type { DisabledReason, Ordering, WebhookKind } from '@timbre/contract/webhook.ts'
import type { AuditNote } from './change-context.ts'

export interface WorkspaceRow {
  readonly id: string
  readonly name: string
  /** Null: as the instance's setting says; 0: events are kept for ever. */
  readonly retentionDays: number | null
  readonly createdAt: number
}

/** Absent: unchanged. */
export type WorkspaceChange = Partial<Pick<WorkspaceRow, 'name' | 'retentionDays'>>

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

export interface SessionRow {
  /** Of an operator's the nil UUID. */
  readonly workspaceId: string
  readonly id: string
  readonly kind: SessionKind
  /** SHA-256 of what the link of a portal session holds; null once it was followed, and of the other kinds. */
  readonly linkHash: string | null
  /** SHA-256 of the cookie; null until the link was followed. */
  readonly hash: string | null
  /** Of a portal session. */
  readonly capabilities: readonly Capability[] | null
  readonly locale: Locale | null
  readonly theme: Theme | null
  /** `admin`, or the id of the API key: when that is revoked, the session has ended. */
  readonly createdBy: string
  readonly createdAt: number
  readonly usedAt: number | null
  readonly lastSeenAt: number | null
  readonly expiresAt: number
  /** From then on it is nobody's: its link was not followed, it was left alone, or its time is over. */
  readonly livesUntil: number
}

export interface FoundSession extends SessionRow {
  /** Of the API key that it was got with, or that made it; null: the admin key. */
  readonly keyScopes: readonly WorkspaceScope[] | null
}

/** The link of a portal session that becomes a session. */
export interface UsedLink {
  readonly workspaceId: string
  readonly id: string
  readonly linkHash: string
  /** Of the cookie. */
  readonly hash: string
  readonly livesUntil: number
}

export interface PreviousSecret {
  readonly sealed: string
  /** It signs until then. */
  readonly expiresAt: number
}

export interface WebhookRow {
  readonly id: string
  readonly workspaceId: string
  readonly kind: WebhookKind
  readonly agentId: string | null
  readonly url: string
  readonly description: string | null
  readonly isActive: boolean
  readonly sealedHeaders: string
  readonly sealedSecret: string
  readonly secretPreview: string
  /** Replaced ones whose time had not ended when they were last looked at, the newest first. */
  readonly previousSecrets: readonly PreviousSecret[]
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

/** As it is looked at: the hot path does without the count. */
export interface ListedWebhookRow extends WebhookRow {
  readonly subscriptionCount: number
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
    | 'ordering'
    | 'rateLimitPerSecond'
    | 'retrySchedule'
  >
>

/** A new secret in the place of the one that was read before. */
export interface SecretRotation extends Pick<WebhookRow, 'sealedSecret' | 'secretPreview' | 'previousSecrets'> {
  /** The sealed secret that is replaced. When it is not there any more, nothing is written. */
  readonly replaces: string
}

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

/** What a workspace may have of its own. */
export interface EventTypeLimits {
  readonly types: number
  /** Of their schemas, examples and descriptions together. */
  readonly bytes: number
}

export type EventTypeChange = Partial<
  Pick<EventTypeRow, 'title' | 'description' | 'schema' | 'example' | 'isDeprecated'>
>

export interface EventFilter {
  readonly type?: string | undefined
  readonly callId?: string | undefined
  readonly id?: string | undefined
  /** true: without a delivery; false: with one. */
  readonly undelivered?: boolean | undefined
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
  /** A test send made it. */
  readonly isTest: 0 | 1
}

export interface EventDetailRow extends EventRow {
  readonly acceptedAt: number
  readonly body: string
}

/** The events with one `call_id`. `seq` is that of the first, which is what a list of calls is in the order of. */
export interface CallRow {
  readonly seq: number
  readonly callId: string
  readonly eventCount: number
  /** False: it has more events than were counted. */
  readonly eventCountIsExact: boolean
  /** Oldest first: the first one of the call and the newest, at most 101. */
  readonly events: readonly CallEventRow[]
}

export interface CallEventRow extends EventRow {
  /** Null: not read, because the bodies of the call together are too many bytes. */
  readonly body: string | null
}

/** Queued deliveries of the instance by what they wait for. */
export interface QueueCounts {
  /** Of an active webhook, to be sent now: no node has capacity for them. */
  readonly due: number
  /** Failed before, for the time of the next attempt. */
  readonly retry: number
  /** Never tried, for the first time of the schedule. */
  readonly schedule: number
  /** For an earlier one of their call. */
  readonly callOrder: number
  /** Of an active pull webhook: for somebody who fetches it. */
  readonly consumer: number
  readonly webhookInactive: number
  /** Of all but the last two, in milliseconds; null: there is none. */
  readonly oldestCreatedAt: number | null
}

/** Where one delivery of an event stands. */
export interface DeliveryStatusRow {
  readonly eventSeq: number
  readonly status: DeliveryStatus
}

/** An attempt without what was sent and received. */
export interface AttemptSummaryRow extends Omit<AttemptRow, 'requestHeaders' | 'responseHeaders' | 'responseBody'> {
  readonly deliveryId: string
}

/** A webhook of the workspace of an event, and its subscription to the event's type. */
export interface Candidate {
  readonly webhookId: string
  readonly agentId: string | null
  readonly isActive: 0 | 1
  /** Null: there is no subscription. */
  readonly isSubscriptionActive: 0 | 1 | null
}

/** A webhook that an event might go to, with its subscription to the event's type. */
export interface CandidateRow extends Candidate {
  readonly createdAt: number
  readonly updatedAt: number
  /** Null: there is no subscription. */
  readonly subscribedAt: number | null
  readonly subscriptionUpdatedAt: number | null
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
