// Owns what the cells of a bucket say in the words of the contract. Pure.
import type { LatencyQuantiles, StatisticsCounts } from '@timbre/contract/statistics.ts'
import type { CellCounts } from './cell-counts.ts'
import { type AttemptCount, attemptsOf } from './cells.ts'
import { quantilesOf } from './latency-bins.ts'

export function statisticsCounts(cells: CellCounts): StatisticsCounts {
  const { others } = cells
  const attempts = attemptsOf(others)
  return {
    attempts: sum(attempts),
    succeeded: sum(attempts.filter(isSuccess)),
    attemptsByOutcome: countsBy(attempts, ({ outcome }) => outcome),
    attemptsByStatus: countsBy(attempts, ({ status }) => status),
    attemptsByPhase: countsBy(attempts, ({ phase }) => phase),
    deliveriesSucceeded: others.get('success') ?? 0,
    deliveriesFailed: others.get('failed') ?? 0,
    latency: {
      dns: quantiles(cells.histogram('dns')),
      connect: quantiles(cells.histogram('connect')),
      tls: quantiles(cells.histogram('tls')),
      firstByte: quantiles(cells.histogram('firstByte')),
      total: quantiles(cells.histogram('total')),
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
function countsBy(
  attempts: readonly AttemptCount[],
  nameOf: (attempt: AttemptCount) => string | number | null,
): Record<string, number> {
  const counts = new Map<string | number, number>()
  for (const attempt of attempts) {
    const name = nameOf(attempt)
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + attempt.count)
  }
  // From a text: in an object to which `503` is assigned, V8 leaves place for every number up to it, which is 6 KB.
  return JSON.parse(`{${[...counts].map(([name, count]) => `"${name}":${count}`).join(',')}}`)
}

const FRACTIONS = [0.5, 0.95, 0.99]

function quantiles(histogram: Float64Array): LatencyQuantiles | null {
  let count = 0
  // `reduce` of a typed array takes several times as long.
  for (let bin = 0; bin < histogram.length; bin++) count += histogram[bin] ?? 0
  const [p50, p95, p99] = quantilesOf(histogram, count, FRACTIONS)
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null
  return { count, p50, p95, p99 }
}
