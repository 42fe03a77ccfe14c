// Owns times and lengths of time as people write and read them. All are UTC.
import { InvalidArgumentError } from 'commander'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * `2025-08-19`, `2025-08-19T16:00:00Z`, or how long ago: `30s`, `90m`, `24h`, `7d`, `now`.
 * @param now milliseconds since 1970
 * @returns ISO 8601 UTC
 */
export function timeFrom(text: string, now: number): string {
  if (text === 'now') return new Date(now).toISOString()
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit]
  if (unitMs !== undefined) return new Date(now - Number(count) * unitMs).toISOString()
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const at = isTime ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at))
    throw new InvalidArgumentError('A time is 2025-08-19, 2025-08-19T16:00:00Z, or how long ago: 30s, 90m, 24h, 7d.')
  return new Date(at).toISOString()
}

/** `2025-08-19 16:00:00` of an ISO time; the heading says that it is UTC. */
export function timeText(iso: string | null): string {
  return iso === null ? '–' : iso.slice(0, 19).replace('T', ' ')
}

/** `3 ms`, `1.2 s`, `4 min`, `2 h`, `3 d`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 100_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`
  if (ms < 100 * 60_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 72 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} d`
}
