// Owns what the API may ask of the engine for consumers that pull.
import type { UncountedReason } from '@timbre/contract/pull.ts'
import type { PullKey } from '../storage/storage.ts'

export interface PullApi {
  /**
   * Leases due deliveries, or waits for some; what is given is leased on disk.
   * Throws Refusal TOO_MANY_REQUESTS when too many polls of the workspace are under way.
   */
  pull(request: PullRequest): Promise<GivenDeliveries>
  /** Records results as attempts. Resolves when they are on disk, to what became of each, in their order. */
  record(key: PullKey, results: readonly ConsumerResult[], remoteAddress: string): Promise<ResultEnd[]>
  /** Resolves to the time until which it is leased now, milliseconds since 1970. Throws Refusal LEASE_ENDED. */
  extend(key: PullKey, deliveryId: string, leaseToken: string, leaseMs: number): Promise<number>
}

export interface PullRequest extends PullKey {
  readonly max: number
  readonly waitMs: number
  readonly leaseMs: number
  readonly remoteAddress: string
  /** Of a request that may be repeated: it is given what it was given before, as long as that is leased. */
  readonly requestKey: RequestKey | null
  /** Calls back when nobody waits for the response any more. */
  readonly onGone: (listener: () => void) => void
}

/** An Idempotency-Key with its credential, and the request that came with it; neither has a space. */
export interface RequestKey {
  readonly key: string
  readonly request: string
}

export interface GivenDelivery {
  readonly deliveryId: string
  readonly leaseToken: string
  readonly leaseUntil: number
  readonly attempt: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface GivenDeliveries {
  readonly given: readonly GivenDelivery[]
  /** The same request was given them before. */
  readonly isRepeated: boolean
}

export interface ConsumerResult {
  readonly deliveryId: string
  readonly leaseToken: string
  /** null: released. */
  readonly status: number | null
  /** undefined: since the lease began. */
  readonly durationMs: number | undefined
  readonly body: string | null
}

/** null: it counted. */
export type ResultEnd = UncountedReason | null
