// Owns the statistics of a webhook and of a workspace: what is counted, by which buckets of time, and what is known of now.
import Type from 'typebox'
import { Nullable, Time, Uuid, Words } from './schema.ts'

export const BUCKET_SIZES = ['1m', '5m', '1h', '1d'] as const
export type BucketSize = (typeof BUCKET_SIZES)[number]

/** The most buckets of one response: half a day of minutes, a day in steps of five, 31 days of hours. More would hold up others. */
export const BUCKETS_MAX: Readonly<Record<BucketSize, number>> = { '1m': 750, '5m': 300, '1h': 750, '1d': 750 }

const Total = (description: string) => Type.Integer({ minimum: 0, description })

/** Counts by a word or a number. Written as generators of clients read it. */
function CountsBy(description: string) {
  return Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description,
  })
}

const Quantile = (description: string) => Type.Number({ description: `${description}, milliseconds, within 9.1 %` })

export const LatencyQuantiles = Type.Object({
  count: Total(
    'Attempts in which the phase was reached; a connection that was there already has no dns, connect and tls',
  ),
  p50: Quantile('Half of them took no longer'),
  p95: Quantile('95 % of them took no longer'),
  p99: Quantile('99 % of them took no longer'),
})
export type LatencyQuantiles = Type.Static<typeof LatencyQuantiles>

const phase = (what: string) => Nullable(LatencyQuantiles, { description: `${what}; null: in no attempt` })

export const StatisticsCounts = Type.Object({
  attempts: Total('Attempts that ended, of any trigger'),
  succeeded: Total('Attempts that a receiver answered with 2xx'),
  attemptsByOutcome: CountsBy('Attempts by their outcome; `answered` is any status'),
  attemptsByStatus: CountsBy('Attempts by the status of the response, also of one that did not end'),
  attemptsByPhase: CountsBy(
    'Attempts without a whole response by the phase in which they stopped: `dns`, `connect`, `tls`, `first_byte`, `body`',
  ),
  deliveriesSucceeded: Total('Deliveries that ended in success; one that is sent again ends again'),
  deliveriesFailed: Total('Deliveries that ended in failure: their retries were exhausted, or the webhook was deleted'),
  latency: Type.Object(
    {
      dns: phase('Looking up the name'),
      connect: phase('Connecting'),
      tls: phase('The TLS handshake'),
      firstByte: phase('From the last byte sent to the first received'),
      total: phase('The whole attempt'),
    },
    { description: 'How long attempts took, by phase' },
  ),
})
export type StatisticsCounts = Type.Static<typeof StatisticsCounts>

export const StatisticsBucket = Type.Object({
  start: Type.String({ format: 'date-time', description: 'When the bucket begins' }),
  counts: StatisticsCounts,
})
export type StatisticsBucket = Type.Static<typeof StatisticsBucket>

export const Backlog = Type.Object({
  pending: Total('Deliveries that wait or are being sent'),
  pendingIsExact: Type.Boolean({ description: 'false: there are more' }),
  oldestPendingAt: Nullable(Time, { description: 'When the oldest of them was made; null: none is pending' }),
  nextAttemptAt: Nullable(Time, { description: 'When the next of them is due; null: none waits for a time' }),
  drainSeconds: Nullable(Type.Integer({ minimum: 0 }), {
    description:
      'How long what is pending takes at the pace of the last five minutes, and no faster than the rate limit; null: nothing ended in that time',
  }),
  isRateLimited: Nullable(Type.Boolean(), {
    description: 'true: more is due than `rateLimitPerSecond` lets through in a second; null: of a whole workspace',
  }),
})
export type Backlog = Type.Static<typeof Backlog>

export const Statistics = Type.Object({
  webhookId: Nullable(Uuid, { description: 'The webhook; null: the whole workspace, with webhooks that were deleted' }),
  bucket: Words(BUCKET_SIZES, { description: 'How wide a bucket is' }),
  since: Type.String({
    format: 'date-time',
    description: 'The beginning of the first bucket, no earlier than what is kept; included',
  }),
  until: Type.String({ format: 'date-time', description: 'The end of the last bucket; not included' }),
  total: StatisticsCounts,
  buckets: Type.Array(StatisticsBucket, {
    description: 'Oldest first; a bucket in which nothing happened is left out',
  }),
  backlog: Backlog,
})
export type Statistics = Type.Static<typeof Statistics>
