// Owns statistics as tools show them: the total, what waits, and a few dozen buckets in one line each.
import type { Statistics, StatisticsCounts } from '@getsupervisor/agents-studio-sdk'
import { Nullable, Words } from '@timbre/contract/schema.ts'
import { Backlog, BUCKET_SIZES } from '@timbre/contract/statistics.ts'
import Type from 'typebox'
import { shownId } from './ids.ts'

const counts = {
  attempts: Type.Integer(),
  succeeded: Type.Integer({ description: 'Attempts that a receiver answered with 2xx' }),
  deliveriesSucceeded: Type.Integer(),
  deliveriesFailed: Type.Integer({ description: 'Deliveries whose retries are exhausted' }),
  p50Ms: Nullable(Type.Number()),
  p99Ms: Nullable(Type.Number()),
}

const CountsBy = (description: string) =>
  Type.Unsafe<Record<string, number>>({ type: 'object', additionalProperties: { type: 'integer' }, description })

export const ShownStatistics = Type.Object({
  webhookId: Nullable(Type.String(), { description: 'null: the whole workspace' }),
  since: Type.String(),
  until: Type.String(),
  bucket: Words(BUCKET_SIZES),
  total: Type.Object({
    ...counts,
    byOutcome: CountsBy('Attempts by how they ended'),
    byStatus: CountsBy('Attempts by the status of the response'),
  }),
  backlog: Backlog,
  buckets: Type.Array(Type.Object({ start: Type.String(), ...counts }), {
    description: 'The newest, oldest first, without those in which nothing happened',
  }),
  omittedBuckets: Type.Integer({ description: 'Older ones; ask with `until`, or for wider ones' }),
})
export type ShownStatistics = Type.Static<typeof ShownStatistics>

const BUCKETS_SHOWN = 60
const STATUSES_SHOWN = 40

export function shownStatistics(statistics: Statistics): ShownStatistics {
  const { webhookId, since, until, bucket, total, buckets, backlog } = statistics
  const shown = buckets.slice(-BUCKETS_SHOWN)
  return {
    webhookId: shownId('webhook', webhookId),
    since,
    until,
    bucket,
    total: { ...brief(total), byOutcome: most(total.attemptsByOutcome), byStatus: most(total.attemptsByStatus) },
    backlog,
    buckets: shown.map(({ start, counts }) => ({ start, ...brief(counts) })),
    omittedBuckets: buckets.length - shown.length,
  }
}

function brief({ attempts, succeeded, deliveriesSucceeded, deliveriesFailed, latency }: StatisticsCounts) {
  const { p50 = null, p99 = null } = latency.total ?? {}
  return { attempts, succeeded, deliveriesSucceeded, deliveriesFailed, p50Ms: p50, p99Ms: p99 }
}

/** A receiver may answer with 500 different statuses. */
function most(counted: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(counted).filter(([, count]) => count > 0)
  return Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, STATUSES_SHOWN))
}
