// Owns turning a range of times into a range of sequence numbers, so that a list of an old day begins at that day.
import { sql } from 'kysely'
import { DISORDER_MS, searchSequence, type TimedRow } from '../sequence-search.ts'
import type { Database } from './tables.ts'

/** Sequence numbers: the first that may be in the range, and the first that no longer may. */
export interface SequenceRange {
  readonly from: number
  readonly to: number
}

export const WHOLE_RANGE: SequenceRange = { from: 0, to: Number.MAX_SAFE_INTEGER }

const TIME_COLUMNS = { events: 'acceptedAt', deliveries: 'createdAt' } as const

/**
 * @param slackMs how far the time that is asked for may lie from the one that rows are in the order of
 * @returns what holds every row of the range, and one or two hours more on either side
 */
export async function sequenceRange(
  db: Database,
  table: 'events' | 'deliveries',
  { since, until }: { readonly since?: number | undefined; readonly until?: number | undefined },
  slackMs = 0,
): Promise<SequenceRange> {
  if (since === undefined && until === undefined) return WHOLE_RANGE
  const marginMs = DISORDER_MS + slackMs
  const newest = await db
    .selectFrom(table)
    .select(({ fn }) => fn.max<number | null>('seq').as('seq'))
    .executeTakeFirst()
  const last = newest?.seq ?? 0
  return {
    from: since === undefined ? WHOLE_RANGE.from : await firstAt(db, table, last, since - marginMs),
    // What is added meanwhile is left out, as if the list had been asked for a moment earlier.
    to: until === undefined ? WHOLE_RANGE.to : await firstAt(db, table, last, until + marginMs),
  }
}

async function firstAt(db: Database, table: 'events' | 'deliveries', last: number, at: number): Promise<number> {
  const search = searchSequence(last, at)
  let step = search.next()
  while (step.done !== true) {
    const { rows } = await sql<TimedRow>`
      select seq, ${sql.ref(TIME_COLUMNS[table])} as at from ${sql.table(table)} where seq >= ${step.value}
      order by seq limit 1`.execute(db)
    step = search.next(rows[0])
  }
  return step.value
}
