// Owns the storage of the hot path: accept, claim, record, and what crosses between engine and store there.
import type { Trigger } from '@timbre/contract/attempt.ts'
import type { DeliveryStatus } from '@timbre/contract/delivery-status.ts'
import type { SkippedWebhook } from '@timbre/contract/event.ts'
import type { DisabledReason } from '@timbre/contract/webhook.ts'
import type { IdempotencyClaim } from './change-context.ts'
import type { AttemptRow, WebhookRow } from './rows.ts'
import type { CallAdvance } from './source-storage.ts'

export interface HotStorage {
  /**
   * One transaction for the whole batch: event rows, their deliveries (a join with the active subscriptions of active
   * webhooks, made inside the transaction), idempotency rows. Deliveries are leased to this node as far as `offer`
   * has capacity, else they are due at once. An event id that the workspace has already is a duplicate, and adds nothing; with
   * another type or `data` nothing of its request is stored.
   * @returns what was leased, in the order of the events
   */
  acceptEvents(requests: readonly AcceptRequest[], offer: LeaseOffer): Promise<AcceptEventsResult>
  /**
   * Takes due deliveries of active webhooks: at most `limit` in all, at most the webhook's capacity each, oldest first
   * within a webhook, round-robin between webhooks. A webhook with a million due rows costs no more than one with ten.
   */
  claimDue(offer: LeaseOffer, now: number): Promise<ClaimedDelivery[]>
  /**
   * The envelopes of deliveries that this node holds, in their order: for those that wait without one in memory.
   * `null`: the delivery is gone, because its call was erased.
   */
  loadEnvelopes(deliveries: readonly EnvelopeKey[]): Promise<readonly (string | null)[]>
  /**
   * Writes the ends of attempts in one transaction: attempt rows, delivery states, webhook counters and health,
   * operational events. A result whose lease was lost is not written (it is fenced off).
   * @returns which were written, in the same order; and deliveries of operational events that were leased
   */
  recordAttempts(results: readonly AttemptResult[], offer: LeaseOffer): Promise<RecordAttemptsResult>
  /** Gives leased deliveries back without an attempt: queued, due at the given time. */
  releaseDeliveries(leases: readonly DeliveryLease[], dueAt: number): Promise<void>
  /**
   * Reclaims every delivery whose lease has expired at `now` or whose node is dead; with `all`, also those of this node,
   * from before it was started. Never what another living node holds. Returns how many.
   */
  rescueDeliveries(now: number, all: boolean): Promise<number>
  /** When the next queued delivery of an active webhook is due, or null. */
  nextDueAt(): Promise<number | null>
  /** Ends queued deliveries of deleted webhooks as failed, at most `limit`. Returns how many. */
  endOrphanedDeliveries(limit: number, now: number): Promise<number>
  /**
   * Active webhooks that fail without a success between for `failingMsMin` or longer, or that were warned about before;
   * in order of id, after the given one.
   */
  listWebhooksToEvaluate(failingMsMin: number, after: string, limit: number): Promise<EvaluatedWebhook[]>
  /** Writes a verdict and accepts its announcement in one transaction, if the webhook's health is still as it was evaluated. */
  writeVerdict(verdict: VerdictRow, offer: LeaseOffer): Promise<VerdictResult>
  /** What an attempt needs to know of a webhook; undefined when it was deleted. */
  loadTarget(workspaceId: string, webhookId: string): Promise<WebhookRow | undefined>
}

/** Events that are accepted together or not at all: one POST. */
export interface AcceptRequest {
  readonly workspaceId: string
  readonly events: readonly NewEvent[]
  readonly idempotency?: IdempotencyClaim | undefined
  /** What a source said, from which the events follow: written with them or not at all. */
  readonly advance?: CallAdvance | undefined
}

export interface NewEvent {
  readonly id: string
  readonly type: string
  readonly agentId: string | null
  readonly callId: string | null
  readonly createdAt: number
  readonly acceptedAt: number
  /** The exact envelope that is signed and sent, as JSON text. */
  readonly envelope: string
  /** A test send: this webhook only, whether active or subscribed or not, one attempt. */
  readonly testOf?: string
}

/**
 * How many deliveries this node takes into memory now, and under which lease: in all, of a workspace, and of a webhook.
 * The lists name whose capacity differs from the default, once each; lists, as they cross to another thread as text.
 */
export interface LeaseOffer {
  readonly token: string
  readonly until: number
  /** In all. */
  readonly limit: number
  readonly capacityDefault: number
  readonly capacity: readonly (readonly [webhookId: string, capacity: number])[]
  readonly workspaceDefault: number
  readonly workspaces: readonly (readonly [workspaceId: string, capacity: number])[]
  /** What all workspaces together may have. */
  readonly common: number
  /**
   * Beyond that, for webhooks whose workspace, or all together, have used up what they may have: LEASED_IN_RESERVE of each. So
   * nobody is shut out by what others hold.
   */
  readonly reserve: number
  /** Before the first attempt of what is accepted, where the webhook has no schedule of its own. */
  readonly firstWaitMs: number
}

export interface AcceptEventsResult {
  /** One per request, in order. */
  readonly results: readonly AcceptResult[]
  readonly leased: readonly LeasedDelivery[]
  /** How many deliveries were queued: due now, because there was no capacity for them, or after the first wait of their schedule. */
  readonly overflow: number
  /** Webhooks of kind `pull` that have something due because of it, now or later. */
  readonly pulled: readonly string[]
}

export type AcceptResult =
  | { readonly kind: 'accepted'; readonly events: readonly AcceptedRow[] }
  /** The same Idempotency-Key and body came before: this was the result then. */
  | { readonly kind: 'repeated'; readonly events: readonly AcceptedRow[] }
  /** The same Idempotency-Key with another body. */
  | { readonly kind: 'key_reused' }
  /** The workspace, or the request, has the id of the event at `place` with another type or `data`. */
  | { readonly kind: 'id_reused'; readonly place: number }
  /** The call was advanced from another version than the one that is stored: nothing is written. */
  | { readonly kind: 'call_moved' }
  /** Its events would lead to more deliveries than one request may (accept-rules.ts): so many. */
  | { readonly kind: 'too_many_deliveries'; readonly deliveries: number }

export interface AcceptedRow {
  readonly id: string
  readonly type: string
  readonly createdAt: number
  readonly duplicate: boolean
  readonly deliveryCount: number
  /** Absent from responses that the version before kept. */
  readonly agentId?: string | null
  /** Where nothing matched; not of every event of a large request (skipped-webhooks.ts). */
  readonly skipped?: readonly SkippedWebhook[]
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
  /** A success was recorded before (this attempt was asked for manually or by a replay). */
  readonly succeededBefore: boolean
  readonly leaseToken: string
  /** Where the storage finds it again, which is nobody else's business. */
  readonly place: number
}

export interface ClaimedDelivery extends LeasedDelivery {
  /** null: it is longer than CLAIMED_ENVELOPE_BYTES_MAX, and is read when it is sent (`loadEnvelopes`). */
  readonly envelope: string | null
  /** Of the envelope in UTF-8, or characters of its text: what it takes in memory, more or less. */
  readonly envelopeBytes: number
}

/** A claim brings as many envelopes as deliveries: 500 of these are 12 MB. */
export const CLAIMED_ENVELOPE_BYTES_MAX = 24 * 1024

/** Finds the envelope of a leased delivery. */
export type EnvelopeKey = Pick<LeasedDelivery, 'workspaceId' | 'id' | 'place'>

/** Of a leased delivery. */
export type DeliveryLease = Pick<LeasedDelivery, 'workspaceId' | 'id' | 'leaseToken' | 'place' | 'orderKey'>

/** How an attempt ended and what follows from it, as `decide` chose. */
export interface AttemptResult {
  readonly lease: DeliveryLease
  readonly webhookId: string
  readonly attempt: AttemptRecord
  readonly status: Exclude<DeliveryStatus, 'sending'>
  /** Set exactly when status is `queued`. */
  readonly nextAttemptAt: number | null
  readonly countsForSchedule: boolean
  readonly disableWebhook: DisabledReason | null
  /** Operational events to be accepted in the same transaction. */
  readonly announce: readonly NewEvent[]
  /** The lease was a consumer's (`pull-storage.ts`), and ends with it. */
  readonly isPulled?: true | undefined
}

export interface RecordAttemptsResult {
  readonly written: readonly boolean[]
  readonly leased: readonly ClaimedDelivery[]
  readonly overflow: number
  /** Webhooks of kind `pull` that consumers may have something of because of it: something due, or capacity for it. */
  readonly pulled: readonly string[]
}

/** A webhook with the health that is evaluated. */
export interface EvaluatedWebhook {
  readonly id: string
  readonly workspaceId: string
  readonly url: string
  readonly failingSince: number | null
  readonly lastFailureAt: number
  /** The last warning given, 0 when there was none. */
  readonly warnedPercent: number
}

export interface VerdictRow {
  /** As it was evaluated. */
  readonly webhook: EvaluatedWebhook
  readonly warnedPercent: number
  readonly disable: DisabledReason | null
  readonly announce: NewEvent
  readonly now: number
}

/** What became of announcements as they were written: each as of AcceptEventsResult. */
export interface Announced {
  readonly leased: readonly ClaimedDelivery[]
  readonly overflow: number
  readonly pulled: readonly string[]
}

export interface VerdictResult extends Announced {
  readonly written: boolean
}

/** An attempt as it is written: see `attempt-record.ts`. */
export interface AttemptRecord extends Omit<AttemptRow, 'timings' | 'requestHeaders' | 'responseHeaders'> {
  readonly timings: string
  readonly requestHeaders: string
  readonly responseHeaders: string | null
}
