// Owns what has not ended of a webhook or a workspace, with the time that it takes at the pace of the last minutes.
import type { Backlog } from '@timbre/contract/statistics.ts'
import { drainSeconds, isRateLimited, type Outlook } from '../../insight/statistics/backlog-outlook.ts'
import { bucketStart, MINUTE_MS } from '../../insight/statistics/bucket-sizes.ts'
import { mergedBuckets } from '../../insight/statistics/merged-buckets.ts'
import type { BucketQuery, WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { isoTimeOrNull } from '../present/iso-time.ts'

type Store = Pick<Api, 'storage'>
type Of = Pick<BucketQuery, 'workspaceId' | 'webhookId'>

/** Beyond that, what is pending is not counted: each is a row that is read (docs/decisions/0062-statistics.md). */
const PENDING_MAX = 5_000
const PACE_MS = 5 * MINUTE_MS

/** @param webhook null: of the whole workspace */
export async function readBacklog(
  api: Store,
  workspaceId: string,
  webhook: WebhookRow | null,
  now: number,
): Promise<Backlog> {
  const of = { workspaceId, webhookId: webhook?.id ?? null }
  const rateLimitPerSecond = webhook?.rateLimitPerSecond ?? null
  // What is due is compared with the limit alone: one more says that it is what holds back.
  const dueMax = rateLimitPerSecond === null ? 0 : rateLimitPerSecond + 1
  const [row, pace] = await Promise.all([
    api.storage.findBacklog({ ...of, now, rowsMax: PENDING_MAX, dueMax }),
    paceOf(api, of, now),
  ])
  const outlook = { pending: row.pending, waiting: row.due + row.sending, ...pace, rateLimitPerSecond }
  return {
    pending: row.pending,
    pendingIsExact: row.isExact,
    oldestPendingAt: isoTimeOrNull(row.oldestAt),
    nextAttemptAt: isoTimeOrNull(row.nextAttemptAt),
    drainSeconds: drainSeconds(outlook),
    isRateLimited: webhook === null ? null : isRateLimited(outlook),
  }
}

/** Deliveries that ended in the last minutes, and how long those are. */
export async function paceOf({ storage }: Store, of: Of, now: number): Promise<Pick<Outlook, 'ended' | 'endedInMs'>> {
  const since = bucketStart(now - PACE_MS, MINUTE_MS)
  const lately = await storage.listBuckets({ ...of, size: 'minute', since, until: now + 1 })
  const cells = [...mergedBuckets(lately, MINUTE_MS).values()]
  const ended = cells.reduce((sum, each) => sum + (each.get('success') ?? 0) + (each.get('failed') ?? 0), 0)
  return { ended, endedInMs: now - since }
}
