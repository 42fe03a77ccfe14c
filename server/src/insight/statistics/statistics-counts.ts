// Owns what the cells of a bucket say in the words of the contract. Pure.
import type { LatencyPhase } from '@timbre/contract/attempt-phases.ts'
import type { LatencyQuantiles, StatisticsCounts } from '@timbre/contract/statistics.ts'
import type { CellCounts } from './cell-counts.ts'
import { type AttemptCount, attemptsOf } from './cells.ts'
import { quantilesOf } from './latency-bins.ts'

export function statisticsCounts(cells: CellCounts): StatisticsCounts {
  const { others } = cells
  return {
    ...attemptCounts(attemptsOf(others)),
    deliveriesSucceeded: others.get('success') ?? 0,
    deliveriesFailed: others.get('failed') ?? 0,
    latency: {
      dns: quantiles(cells, 'dns'),
      connect: quantiles(cells, 'connect'),
      tls: quantiles(cells, 'tls'),
      firstByte: quantiles(cells, 'firstByte'),
      total: quantiles(cells, 'total'),
    },
  }
}

type AttemptCounts = Pick<
  StatisticsCounts,
  'attempts' | 'succeeded' | 'attemptsByOutcome' | 'attemptsByStatus' | 'attemptsByPhase'
>

/** What has no name is left out. */
function attemptCounts(ends: readonly AttemptCount[]): AttemptCounts {
  const attemptsByOutcome: Record<string, number> = {}
  const attemptsByPhase: Record<string, number> = {}
  const byStatus = new Map<number, number>()
  let attempts = 0
  let succeeded = 0
  for (const end of ends) {
    const { outcome, status, phase, count } = end
    attempts += count
    if (isSuccess(end)) succeeded += count
    attemptsByOutcome[outcome] = (attemptsByOutcome[outcome] ?? 0) + count
    if (phase !== null) attemptsByPhase[phase] = (attemptsByPhase[phase] ?? 0) + count
    if (status !== null) byStatus.set(status, (byStatus.get(status) ?? 0) + count)
  }
  return { attempts, succeeded, attemptsByOutcome, attemptsByStatus: byNumber(byStatus), attemptsByPhase }
}

/** A whole response, and it is a 2xx. */
function isSuccess({ outcome, status }: AttemptCount): boolean {
  return outcome === 'answered' && status !== null && status >= 200 && status < 300
}

/** From a text: in an object to which `503` is assigned, V8 leaves place for every number up to it, which is 6 KB. */
function byNumber(counts: ReadonlyMap<number, number>): Record<string, number> {
  return JSON.parse(`{${[...counts].map(([name, count]) => `"${name}":${count}`).join(',')}}`)
}

const FRACTIONS = [0.5, 0.95, 0.99]

function quantiles(cells: CellCounts, phase: LatencyPhase): LatencyQuantiles | null {
  const count = cells.latencyTotal(phase)
  const [p50, p95, p99] = quantilesOf(cells.histogram(phase), count, FRACTIONS)
  if (p50 === undefined || p95 === undefined || p99 === undefined) return null
  return { count, p50, p95, p99 }
}
