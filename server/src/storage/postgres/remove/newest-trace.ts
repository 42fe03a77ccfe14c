// Owns the question of what time the tables tell: the newest day that has an event.
import { DAY_MS } from '../schema/day.ts'
import type { Session } from '../wire/session.ts'
import { statement } from '../wire/statement.ts'

/** Days are few, and of each one row is enough. */
export const NEWEST_DAY = statement<{ readonly day: number | null }>(
  'newest_day',
  `SELECT max(p.day) AS day FROM (
  SELECT substring(c.relname FROM 'events_d(\\d+)$')::int AS day FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE i.inhparent = to_regclass('events') AND c.relname ~ '^events_d\\d+$') p
WHERE EXISTS (SELECT 1 FROM events e WHERE e.day = p.day OFFSET 0)`,
)

/** See RemovalStorage.newestTrace. The end of the day. */
export async function newestTrace(session: Session): Promise<number | null> {
  const day = (await session.get(NEWEST_DAY))?.day ?? null
  return day === null ? null : (day + 1) * DAY_MS
}
