// Owns what a caller may choose as retry schedule beyond the form of the field: waits that make the service no weapon.
import { RETRY_DELAY_SECONDS_MIN } from '@timbre/contract/webhook.ts'
import type { Api } from '../api.ts'
import { type Finding, invalidInput } from './findings.ts'

/** Throws INVALID_INPUT naming each wait that is too short: all but the first, which is the wait before the first attempt. */
export function refuseRetrySchedule(
  schedule: readonly number[] | null | undefined,
  { allowShortRetries }: Pick<Api, 'allowShortRetries'>,
): void {
  if (allowShortRetries) return
  const findings = (schedule ?? []).flatMap((seconds, index): Finding[] =>
    index === 0 || seconds >= RETRY_DELAY_SECONDS_MIN ? [] : [{ path: `/retrySchedule/${index}`, ...TOO_SHORT }],
  )
  if (findings.length > 0) throw invalidInput(findings)
}

const TOO_SHORT = {
  en: `must be >= ${RETRY_DELAY_SECONDS_MIN}: only the first wait may be shorter, because a receiver that has failed is given time`,
  es: `debe ser >= ${RETRY_DELAY_SECONDS_MIN}: solo la primera espera puede ser menor, porque a un receptor que ha fallado se le da tiempo`,
}
