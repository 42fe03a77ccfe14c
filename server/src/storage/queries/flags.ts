// Owns booleans in tables: 0 and 1, because SQLite has no other.
import type { Flag } from './tables.ts'

export function flag(value: boolean): Flag {
  return value ? 1 : 0
}
