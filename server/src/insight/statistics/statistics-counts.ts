// Owns what the cells of a bucket say in the words of the contract. Pure.
import type { LatencyQuantiles, StatisticsCounts } from '@timbre/contract/statistics.ts'
import { type AttemptCount, attemptsOf, latenciesOf } from './cells.ts'
import { quantilesOf } from './latency-bins.ts'

export function statisticsCounts(cells: ReadonlyMap<string, number>): StatisticsCounts {
  const attempts = attemptsOf(cells)
  const { dns, connect, tls, firstByte, total } = latenciesOf(cells)
  return {
    attempts: sum(attempts),
    succeeded: sum(attempts.filter(isSuccess)),
    attemptsByOutcome: countsBy(attempts, ({ outcome }) => outcome),
    attemptsByStatus: countsBy(attempts, ({ status }) => status),
    attemptsByPhase: countsBy(attempts, ({ phase }) => phase),
    deliveriesSucceeded: cells.get('success') ?? 0,
    deliveriesFailed: cells.get('failed') ?? 0,
    latency: {
      dns: quantiles(dns),
      connect: quantiles(connect),
      tls: quantiles(tls),
      firstByte: quantiles(firstByte),
      total: quantiles(total),
    },
  }
}

/** A whole response, and it is a 2xx. */
export function isSuccess({ outcome, status }: AttemptCount): boolean {
  return outcome === 'answered' && status !== null && status >= 200 && status < 300
}

function sum(attempts: readonly AttemptCount[]): number {
  return attempts.reduce((total, { count }) => total + count, 0)
}

/** What has no name is left out. */
function countsBy(attempts: readonly AttemptCount[], nameOf: (attempt: AttemptCount) => string | number | null) {
  const counts: Record<string, number> = {}
  for (const attempt of attempts) {
    const name = nameOf(attempt)
    if (name !== null) counts[name] = (counts[name] ?? 0) + attempt.count
  }
  return counts
}

const FRACTIONS = [0.5, 0.95, 0.99]

function quantiles(histogram: readonly number[]): LatencyQuantiles | null {
  const count = histogram.reduce((total, ofBin) => total + ofBin, 0)
  const [p50, p95, p99] = quantilesOf(histogram, count, FRACTIONS)
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null
  return { count, p50, p95, p99 }
}
