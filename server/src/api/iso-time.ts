// Owns the conversion between milliseconds and ISO 8601, both ways. Uses Date as a calendar only.
// Must never read the clock: the time now comes from platform/clock.ts.
import { invalidInput } from './findings.ts'

const LAST_MS = 253_402_300_799_999 // 9999-12-31T23:59:59.999Z, the last that four digits of a year can say

/** `2025-08-19T16:00:00.000Z` of milliseconds since 1970. */
export function isoTime(ms: number): string {
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() }
  return latest.text
}

// The events of a batch mostly have one time, which is written twice for each: remembering it saves a tenth of the work.
let latest = { ms: 0, text: '1970-01-01T00:00:00.000Z' }

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
  throw invalidInput([
    { path, en: 'must be a time between the years 1970 and 9999', es: 'debe ser una hora entre los años 1970 y 9999' },
  ])
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
