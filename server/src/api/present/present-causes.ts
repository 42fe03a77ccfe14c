// Owns how the causes of failed attempts are shown: counted, the most frequent first, with what to do.
import type { CauseCount } from '@timbre/contract/instance.ts'
import type { FailureCause } from '@timbre/contract/webhook-health.ts'
import { CAUSE_WORDS, failureCause } from '../../insight/health/failure-cause.ts'
import { attemptsOf } from '../../insight/statistics/cells.ts'
import type { Language } from '../http/language.ts'

export function presentCauses(cells: ReadonlyMap<string, number>, language: Language): CauseCount[] {
  const counts = new Map<FailureCause, number>()
  for (const { count, ...end } of attemptsOf(cells)) {
    const cause = failureCause(end)
    if (cause !== undefined) counts.set(cause, (counts.get(cause) ?? 0) + count)
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([cause, count]) => {
      const { message, advice } = CAUSE_WORDS[cause]
      return { cause, count, message: message[language], advice: advice[language] }
    })
}
