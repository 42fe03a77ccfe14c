// Owns how the health of a webhook is shown, in the reader's language.
import type { FailingCause, WebhookHealth } from '@timbre/contract/webhook-health.ts'
import { CAUSE_WORDS } from '../../insight/health/failure-cause.ts'
import type { CauseReport, HealthReport } from '../../insight/health/health-report.ts'
import { changeWords, healthSummary } from '../../insight/health/health-words.ts'
import type { Language } from '../http/language.ts'
import { failureIn } from './failure-words.ts'
import { isoTime, isoTimeOrNull } from './iso-time.ts'

export function presentHealth(
  webhookId: string,
  report: HealthReport,
  nextAttemptAt: number | null,
  language: Language,
): WebhookHealth {
  const { state, disabledReason, attempts, failures, change } = report
  return {
    webhookId,
    state,
    summary: healthSummary(report, language),
    failingSince: isoTimeOrNull(report.failingSince),
    disabledReason,
    lastSuccessAt: isoTimeOrNull(report.lastSuccessAt),
    nextAttemptAt: isoTimeOrNull(nextAttemptAt),
    since: isoTime(report.since),
    attempts,
    failures,
    causes: report.causes.map((cause) => presentCause(cause, language)),
    change:
      change === null
        ? null
        : {
            action: change.action,
            changedFields: [...change.changedFields],
            at: isoTime(change.createdAt),
            message: changeWords(change)[language],
          },
  }
}

function presentCause({ cause, count, firstAt, lastAt, latest }: CauseReport, language: Language): FailingCause {
  const { message, advice } = CAUSE_WORDS[cause]
  return {
    cause,
    count,
    firstAt: isoTime(firstAt),
    lastAt: isoTime(lastAt),
    message: message[language],
    advice: advice[language],
    latest:
      latest === null
        ? null
        : { deliveryId: latest.deliveryId, at: isoTime(latest.at), error: failureIn(language, latest.error) },
  }
}
