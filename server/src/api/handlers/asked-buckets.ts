// Owns which buckets a question for statistics is about, and what was counted in them.
import type { RouteQuery } from '@timbre/contract/routes.ts'
import { BUCKETS_MAX, type BucketSize } from '@timbre/contract/statistics.ts'
import { type BucketRange, bucketRange } from '../../insight/statistics/bucket-range.ts'
import { ASKED_SIZES } from '../../insight/statistics/bucket-sizes.ts'
import { countedBuckets } from '../../insight/statistics/counted-buckets.ts'
import type { BucketQuery } from '../../storage/storage.ts'
import type { Api } from '../api.ts'
import { parseTimeRange } from '../present/iso-time.ts'
import type { CountedRange } from '../present/present-statistics.ts'
import { invalidInput } from '../validation/findings.ts'

type StatisticsQuery = RouteQuery<'getStatistics'>

/** @throws Refusal INVALID_INPUT */
export async function askedBuckets(
  { storage }: Pick<Api, 'storage'>,
  of: Pick<BucketQuery, 'workspaceId' | 'webhookId'>,
  query: StatisticsQuery,
  now: number,
): Promise<CountedRange> {
  const bucket = query.bucket ?? '1h'
  const { from, ms } = ASKED_SIZES[bucket]
  const range = rangeOf(bucket, query, now)
  const rows = await storage.listBuckets({ ...of, size: from, ...range })
  return { bucket, range, ...countedBuckets(rows, ms) }
}

function rangeOf(bucket: BucketSize, query: StatisticsQuery, now: number): BucketRange {
  const asked = parseTimeRange(query)
  const { since = 0, until = now } = asked
  if (since >= until) throw invalidInput([{ path: '?since', ...EARLIER_THAN_UNTIL }])
  const range = bucketRange(bucket, asked, now)
  const bucketsMax = BUCKETS_MAX[bucket]
  if ((range.until - range.since) / ASKED_SIZES[bucket].ms > bucketsMax)
    throw invalidInput([{ path: '?since', ...tooManyBuckets(bucketsMax) }])
  return range
}

const EARLIER_THAN_UNTIL = {
  en: 'must be earlier than until, and lie in the past',
  es: 'debe ser anterior a until y estar en el pasado',
}

function tooManyBuckets(max: number) {
  return {
    en: `makes more than ${max} buckets: ask for a shorter range or wider buckets`,
    es: `da más de ${max} intervalos: pide un rango más corto o intervalos más anchos`,
  }
}
