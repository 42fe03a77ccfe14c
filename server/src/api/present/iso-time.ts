// Owns the conversion between milliseconds and ISO 8601, both ways. Uses Date as a calendar only.
// Must never read the clock: the time now comes from platform/clock.ts.
import { invalidInput } from '../validation/findings.ts'
import type { Sentence } from '../validation/reasons.ts'

const LAST_MS = 253_402_300_799_999 // 9999-12-31T23:59:59.999Z, the last that four digits of a year can say

/** `2025-08-19T16:00:00.000Z` of milliseconds from 1970 to 9999. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== latest.second)
    latest = { second, text: new Date(second * 1000).toISOString().slice(0, -'000Z'.length) }
  return `${latest.text}${String(ms - second * 1000).padStart(3, '0')}Z`
}

// Every event has its time written twice, and others are accepted in between: they have their second in common.
let latest = { second: 0, text: '1970-01-01T00:00:00.' }

export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms)
}

/**
 * Milliseconds since 1970 of a text that has the form of a time. Throws INVALID_INPUT for what is none after all
 * (a leap second) or lies before 1970 or after 9999.
 * @param path how the field is named in the refusal
 */
export function parseTime(text: string, path: string): number {
  const ms = Date.parse(text)
  if (ms >= 0 && ms <= LAST_MS) return ms
  throw invalidInput([{ path, ...(LEAP_SECOND.test(text) ? NO_LEAP_SECONDS : OUT_OF_RANGE) }])
}

const LEAP_SECOND = /:60(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)$/i
const NO_LEAP_SECONDS: Sentence = {
  en: 'is a leap second, which times here have not: send the second before it (:59)',
  es: 'es un segundo intercalar, que aquí no existe: envía el segundo anterior (:59)',
}
const OUT_OF_RANGE: Sentence = {
  en: 'must be a time between the years 1970 and 9999',
  es: 'debe ser una hora entre los años 1970 y 9999',
}

/** The same for the ends of a range in a query, where they are given. */
export function parseTimeRange(query: { readonly since?: string; readonly until?: string }): {
  since?: number
  until?: number
} {
  return {
    ...(query.since === undefined ? {} : { since: parseTime(query.since, '?since') }),
    ...(query.until === undefined ? {} : { until: parseTime(query.until, '?until') }),
  }
}
