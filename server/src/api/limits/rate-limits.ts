// Owns which limit a route counts against, how many requests of each class a workspace may make, and the headers that tell it
// (CONTRACT §1, Limits). Must never grow with the number of workspaces: who was not seen for long is forgotten, and begins anew.

import { MCP_PATH } from '@timbre/contract/mcp.ts'
import { ROUTES, type Route } from '@timbre/contract/routes.ts'
import type { Clock } from '../../platform/clock.ts'
import { LruMap } from '../../platform/lru-map.ts'
import { type BucketPolicy, type Quota, TokenBucket } from './token-bucket.ts'

/** Requests per second and workspace on one node; 0: as many as there are. */
export type RequestsPerSecond = Readonly<Record<LimitClass, number>>

/** So many seconds' worth may come at once after a pause. */
const WINDOW_S = 10
const WORKSPACES_MAX = 10_000

interface Class {
  readonly policy: BucketPolicy
  readonly buckets: LruMap<TokenBucket>
}

export interface Taken {
  readonly quota: Quota
  /** undefined: the request is within the limit. */
  readonly retryAfterSeconds: number | undefined
}

export class RateLimits {
  readonly #clock: Clock
  readonly #classes: ReadonlyMap<LimitClass, Class>

  constructor(clock: Clock, perSecond: RequestsPerSecond) {
    this.#clock = clock
    this.#classes = new Map(
      LIMIT_CLASSES.filter((name) => perSecond[name] > 0).map((name) => [
        name,
        {
          policy: { perSecond: perSecond[name], burst: perSecond[name] * WINDOW_S },
          buckets: new LruMap<TokenBucket>(WORKSPACES_MAX),
        },
      ]),
    )
  }

  /** Counts one request; undefined: its class has no limit. */
  take(workspaceId: string, name: LimitClass): Taken | undefined {
    const limited = this.#classes.get(name)
    if (limited === undefined) return undefined
    const now = this.#clock.monotonic()
    const bucket = limited.buckets.get(workspaceId) ?? this.#begin(limited, workspaceId, now)
    const isWithin = bucket.take(now)
    return {
      quota: bucket.quota(now),
      retryAfterSeconds: isWithin ? undefined : Math.max(1, Math.ceil(bucket.waitMs(now) / 1000)),
    }
  }

  #begin({ policy, buckets }: Class, workspaceId: string, now: number): TokenBucket {
    const bucket = new TokenBucket(policy, now)
    buckets.set(workspaceId, bucket)
    return bucket
  }
}

/** Names and values in turn. */
export function rateLimitHeaders({ limit, remaining, resetSeconds }: Quota): readonly string[] {
  return [
    'ratelimit-limit',
    String(limit),
    'ratelimit-remaining',
    String(remaining),
    'ratelimit-reset',
    String(resetSeconds),
  ]
}

export type LimitClass = 'publish' | 'read' | 'manage' | 'test'

/** In the order of the settings. */
export const LIMIT_CLASSES: readonly LimitClass[] = ['publish', 'read', 'manage', 'test']

const BY_PATH: ReadonlyMap<string, LimitClass> = new Map<string, LimitClass>([
  [ROUTES.publishEvent.path, 'publish'],
  [ROUTES.publishEventBatch.path, 'publish'],
  [ROUTES.testWebhook.path, 'test'],
  [ROUTES.testSource.path, 'test'],
  // What its tools call is counted once more, as what it is.
  [MCP_PATH, 'read'],
  // A consumer reads; what it says of it must not be in the way of whoever manages webhooks.
  [ROUTES.pullDeliveries.path, 'read'],
  [ROUTES.recordPullResults.path, 'read'],
  [ROUTES.extendPullLease.path, 'read'],
])

export function limitClassOf({ method, path }: Pick<Route, 'method' | 'path'>): LimitClass {
  if (method === 'GET') return 'read'
  return BY_PATH.get(path) ?? 'manage'
}
