// Owns how attempts that failed ended: by the status of a response, else by the outcome. Pure.
import type { StatisticsCounts } from '@getsupervisor/agents-studio-sdk'

export interface FailedEnd {
  /** A status, or an outcome of the contract. */
  readonly end: string
  readonly count: number
}

/** The most frequent first. */
export function failedEnds({ attemptsByOutcome, attemptsByStatus }: StatisticsCounts): readonly FailedEnd[] {
  const ends = [
    ...Object.entries(attemptsByStatus).filter(([status]) => !status.startsWith('2')),
    ...Object.entries(attemptsByOutcome).filter(([outcome]) => outcome !== 'answered'),
  ]
  return ends.map(([end, count]) => ({ end, count })).toSorted((a, b) => b.count - a.count)
}
