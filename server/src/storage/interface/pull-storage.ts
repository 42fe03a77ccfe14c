// Owns the storage of pulling: what a consumer may lease of a webhook of kind `pull`, and the leases that consumers hold.
// A lease is no node's: it outlives restarts, and only its result, its end or its return takes it back.
import type { DeliveryLease, EnvelopeKey, LeasedDelivery } from './hot-storage.ts'

export interface PullStorage {
  /**
   * What a consumer may be given now: due deliveries of an active webhook of kind `pull`, oldest first, as many as fit under `leasesMax`
   * beside those that are leased already. Reads only.
   */
  peekPull(request: PeekRequest, now: number): Promise<PullPeek>
  /**
   * Leases in one transaction those of one webhook that are still due, no more than `leasesMax` in all; none of one that is no longer
   * active.
   * @returns which were, in the same order
   */
  leasePulled(leases: readonly NewPullLease[], leasesMax: number, now: number): Promise<readonly boolean[]>
  /** What consumers of a webhook hold, also under leases that have ended and whose end is not recorded. */
  listPullLeases(workspaceId: string, webhookId: string): Promise<readonly PullLease[]>
  /** Moves the end of a lease that has not ended at `now`. False: it has, or there is none. */
  extendPullLease(lease: DeliveryLease, until: number, now: number): Promise<boolean>
  /** Ends leases without an attempt: queued, due at the given time. What is leased under another token is left alone. */
  releasePulled(leases: readonly DeliveryLease[], dueAt: number): Promise<void>
  /** Leases that have ended at `now`, at most `limit`, the oldest first. */
  listEndedPullLeases(now: number, limit: number): Promise<EndedPullLeases>
  /** Those of the webhooks that have something due. One seek each. */
  listDuePulls(webhooks: readonly PullKey[], now: number): Promise<readonly string[]>
}

export interface PullKey {
  readonly workspaceId: string
  readonly webhookId: string
}

export interface PeekRequest extends PullKey {
  readonly limit: number
  readonly leasesMax: number
  /** Of the envelopes together; the first may be longer. */
  readonly envelopeBytesMax: number
}

export interface PullPeek {
  /** Their tokens are empty: they are not leased. */
  readonly due: readonly PeekedDelivery[]
  /** When the webhook's next delivery is due, beside those above; null: none is known. May be in the past. */
  readonly nextDueAt: number | null
}

export interface PeekedDelivery extends LeasedDelivery {
  readonly envelope: string
}

export interface NewPullLease extends EnvelopeKey, PullLeaseTerms {
  readonly webhookId: string
}

export interface PullLeaseTerms {
  readonly leaseToken: string
  readonly leasedAt: number
  readonly leaseUntil: number
  /** As `AttemptRecord` has them: what was given to the consumer, without secrets. */
  readonly requestHeaders: string
  readonly remoteAddress: string | null
  /** Of the request that leased it, if it had an Idempotency-Key: by it the same request finds its leases again. */
  readonly requestKey: string | null
}

export type PullLease = LeasedDelivery & PullLeaseTerms

export interface EndedPullLeases {
  readonly leases: readonly PullLease[]
  /** When the next one ends; null: there is none. */
  readonly nextEndAt: number | null
}
