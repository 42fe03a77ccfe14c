// Owns how an attempt is shown. Its headers were freed of secrets when it was recorded.
import type { Attempt } from '@timbre/contract/attempt.ts'
import type { AttemptRow } from '../../storage/storage.ts'
import type { Language } from '../http/language.ts'
import { failureIn } from './failure-words.ts'
import { isoTime } from './iso-time.ts'

/** @param language of whoever reads it */
export function presentAttempt(row: AttemptRow, language: Language): Attempt {
  return {
    number: row.number,
    trigger: row.trigger,
    startedAt: isoTime(row.startedAt),
    durationMs: row.durationMs,
    timings: row.timings,
    remoteAddress: row.remoteAddress,
    requestHeaders: { ...row.requestHeaders },
    responseStatus: row.responseStatus,
    responseHeaders: row.responseHeaders === null ? null : { ...row.responseHeaders },
    responseBody: row.responseBody,
    outcome: row.outcome,
    error: failureIn(language, row.error),
  }
}
