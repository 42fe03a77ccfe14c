// Owns in which stretches of the sequence events of a range of times may be.
import { type RawBuilder, sql } from 'kysely'
import type { EventFilter } from '../storage.ts'
import type { Database } from './tables.ts'
import { type SequenceRange, sequenceRange, WHOLE_RANGE } from './time-range.ts'

/** The words of the partial index of events with a time of their own: only so does a planner see that it applies. */
const OWN_TIME_MS = 3_600_000
export const hasOwnTime = sql<boolean>`abs(${sql.ref('created_at')} - ${sql.ref('accepted_at')}) > ${sql.lit(OWN_TIME_MS)}`

/** A stretch of the history, and whether only events with a time of their own can be what is asked for there. */
export interface Stretch extends SequenceRange {
  readonly ownTimeOnly: boolean
}

/**
 * An event's own time is mostly the one at which it was accepted, which rows are in the order of. Where it lies more
 * than an hour off, because its publisher said so, the event is found by an index that holds such events only.
 */
export async function stretchesOf(
  db: Database,
  range: Pick<EventFilter, 'since' | 'until'>,
  before: number | null,
  within: RawBuilder<boolean> | undefined,
): Promise<readonly Stretch[]> {
  const { from, to } = await sequenceRange(db, 'events', range, within, OWN_TIME_MS)
  const end = before ?? WHOLE_RANGE.to
  return [
    { from: to, to: end, ownTimeOnly: true },
    { from, to: Math.min(to, end), ownTimeOnly: false },
    { from: WHOLE_RANGE.from, to: Math.min(from, end), ownTimeOnly: true },
  ].filter((stretch) => stretch.from < stretch.to)
}
