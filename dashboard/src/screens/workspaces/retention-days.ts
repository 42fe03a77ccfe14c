// Owns the days that events are kept as they are written in a form. Pure.

const DAYS_MAX = 3650

/** null: as the installation says; undefined: it is no such number. */
export function readRetention(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const days = Number(text)
  return Number.isInteger(days) && days >= 0 && days <= DAYS_MAX ? days : undefined
}
