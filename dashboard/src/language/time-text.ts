// Owns how times and durations are written: in the user's zone and language, in UTC where it is asked for, relative where it helps.
import type { Language } from './language.ts'

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

/** "5 minutes ago", "in 2 hours". @param now in milliseconds */
export function relativeTime(time: string, now: number, language: Language): string {
  const distance = Date.parse(time) - now
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const [unit, ms] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? (['second', 1000] as const)
  return format.format(Math.trunc(distance / ms), unit)
}

/** With seconds, in the user's zone: "29 Nov 2026, 12:24:32". */
export function localTime(time: string, language: Language): string {
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(time))
}

/** As the API writes it, which is what a log has. */
export function utcTime(time: string): string {
  return `${new Date(time).toISOString().replace('T', ' ').replace('Z', '')} UTC`
}

/** "850 ms", "2.4 s", "3 min", "5 h", "2 d". */
export function durationText(ms: number, language: Language): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
  if (ms < 1000) return `${number(ms, ms < 10 ? 1 : 0)} ms`
  if (ms < 60_000) return `${number(ms / 1000, 1)} s`
  if (ms < 3_600_000) return `${number(ms / 60_000, 0)} min`
  if (ms < 172_800_000) return `${number(ms / 3_600_000, 1)} h`
  return `${number(ms / 86_400_000, 0)} d`
}

export function countText(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value)
}

/** The two largest units of what is left, rounded up to minutes: "1 d 3 h", "23 h 59 min", "1 min". */
export function countdownText(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.ceil(ms / 60_000))
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  const number = (value: number) => countText(value, language)
  if (days > 0) return `${number(days)} d ${number(hours)} h`
  return hours > 0 ? `${number(hours)} h ${number(rest)} min` : `${number(rest)} min`
}
