// Owns what happens at /v1/stats and /v1/webhooks/{id}/stats: the counts of a range of time, and what has not ended yet.
import type { RouteQuery } from '@timbre/contract/routes.ts'
import { BUCKETS_MAX, type Statistics } from '@timbre/contract/statistics.ts'
import { drainSeconds, isRateLimited, type Outlook } from '../../insight/statistics/backlog-outlook.ts'
import { type BucketRange, bucketRange } from '../../insight/statistics/bucket-range.ts'
import { ASKED_SIZES, bucketStart, MINUTE_MS } from '../../insight/statistics/bucket-sizes.ts'
import { mergedBuckets } from '../../insight/statistics/merged-buckets.ts'
import type { BacklogRow, WebhookRow } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { parseTimeRange } from '../present/iso-time.ts'
import { presentStatistics } from '../present/present-statistics.ts'
import { invalidInput } from '../validation/findings.ts'
import type { Handlers } from './call.ts'
import { findWebhook } from './find-webhook.ts'

type StatisticsQuery = RouteQuery<'getStatistics'>

/** Beyond that, what is pending is not counted: about 5 ms. */
const PENDING_MAX = 10_000
const PACE_MS = 5 * MINUTE_MS

export function statisticsHandlers(api: Api): Pick<Handlers, 'getStatistics' | 'getWebhookStatistics'> {
  return {
    getStatistics: ({ caller, query }) => getStatistics(api, caller.workspaceId, null, query),
    async getWebhookStatistics({ caller, params, query }) {
      const webhook = await findWebhook(api, caller, params.webhookId)
      return getStatistics(api, caller.workspaceId, webhook, query)
    },
  }
}

async function getStatistics(
  api: Api,
  workspaceId: string,
  webhook: WebhookRow | null,
  query: StatisticsQuery,
): Promise<Statistics> {
  const { storage, clock } = api
  const now = clock.now()
  const bucket = query.bucket ?? '1h'
  const { from, ms } = ASKED_SIZES[bucket]
  const range = rangeOf(query, now)
  const of = { workspaceId, webhookId: webhook?.id ?? null }
  const rows = await storage.listBuckets({ ...of, size: from, ...range })
  const backlog = await storage.findBacklog(workspaceId, of.webhookId, now, PENDING_MAX)
  const outlook = await outlookOf(api, of, webhook, backlog, now)
  return presentStatistics({
    webhookId: of.webhookId,
    bucket,
    range,
    buckets: mergedBuckets(rows, ms),
    backlog,
    drainSeconds: drainSeconds(outlook),
    isRateLimited: webhook === null ? null : isRateLimited(outlook),
  })
}

/** @throws Refusal INVALID_INPUT */
function rangeOf(query: StatisticsQuery, now: number): BucketRange {
  const asked = parseTimeRange(query)
  const { since = 0, until = now } = asked
  if (since >= until) throw invalidInput([{ path: '?since', ...EARLIER_THAN_UNTIL }])
  const bucket = query.bucket ?? '1h'
  const range = bucketRange(bucket, asked, now)
  if ((range.until - range.since) / ASKED_SIZES[bucket].ms > BUCKETS_MAX)
    throw invalidInput([{ path: '?since', ...TOO_MANY_BUCKETS }])
  return range
}

const EARLIER_THAN_UNTIL = {
  en: 'must be earlier than until, and lie in the past',
  es: 'debe ser anterior a until y estar en el pasado',
}
const TOO_MANY_BUCKETS = {
  en: `makes more than ${BUCKETS_MAX} buckets: ask for a shorter range or wider buckets`,
  es: `da más de ${BUCKETS_MAX} intervalos: pide un rango más corto o intervalos más anchos`,
}

async function outlookOf(
  { storage }: Pick<Api, 'storage'>,
  of: { readonly workspaceId: string; readonly webhookId: string | null },
  webhook: WebhookRow | null,
  { pending, due, sending }: BacklogRow,
  now: number,
): Promise<Outlook> {
  const since = bucketStart(now - PACE_MS, MINUTE_MS)
  const lately = pending === 0 ? [] : await storage.listBuckets({ ...of, size: 'minute', since, until: now + 1 })
  const cells = [...mergedBuckets(lately, MINUTE_MS).values()]
  const ended = cells.reduce((sum, each) => sum + (each.get('success') ?? 0) + (each.get('failed') ?? 0), 0)
  const rateLimitPerSecond = webhook?.rateLimitPerSecond ?? null
  return { pending, waiting: due + sending, ended, endedInMs: now - since, rateLimitPerSecond }
}
