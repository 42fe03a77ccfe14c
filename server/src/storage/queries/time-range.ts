// Owns turning a range of times into a range of sequence numbers, so that a list of an old day begins at that day.
import { type RawBuilder, sql } from 'kysely'
import { DISORDER_MS, searchSequence, type TimedRow } from '../shared/sequence-search.ts'
import type { Database } from './tables.ts'

/** Sequence numbers: the first that may be in the range, and the first that no longer may. */
export interface SequenceRange {
  readonly from: number
  readonly to: number
}

export const WHOLE_RANGE: SequenceRange = { from: 0, to: Number.MAX_SAFE_INTEGER }

const TIME_COLUMNS = { events: 'acceptedAt', deliveries: 'createdAt' } as const

/**
 * @param within what the sequence numbers are looked up among; undefined: all rows
 * @param slackMs how far the time that is asked for may lie from the one that rows are in the order of
 * @returns what holds every row of the range, and one or two hours more on either side
 */
export async function sequenceRange(
  db: Database,
  table: 'events' | 'deliveries',
  { since, until }: { readonly since?: number | undefined; readonly until?: number | undefined },
  within: RawBuilder<boolean> | undefined,
  slackMs = 0,
): Promise<SequenceRange> {
  if (since === undefined && until === undefined) return WHOLE_RANGE
  const marginMs = DISORDER_MS + slackMs
  const rows = within ?? sql<boolean>`true`
  const newest = await sql<{ seq: number | null }>`
    select max(seq) as seq from ${sql.table(table)} where ${rows}`.execute(db)
  const last = newest.rows[0]?.seq ?? 0
  const firstFrom = (at: number) => firstAt(db, table, rows, last, at)
  return {
    from: since === undefined ? WHOLE_RANGE.from : await firstFrom(since - marginMs),
    // What is added meanwhile is left out, as if the list had been asked for a moment earlier.
    to: until === undefined ? WHOLE_RANGE.to : await firstFrom(until + marginMs),
  }
}

async function firstAt(
  db: Database,
  table: 'events' | 'deliveries',
  rows: RawBuilder<boolean>,
  last: number,
  at: number,
): Promise<number> {
  const search = searchSequence(last, at)
  let step = search.next()
  while (step.done !== true) {
    const found = await sql<TimedRow>`
      select seq, ${sql.ref(TIME_COLUMNS[table])} as at from ${sql.table(table)} where ${rows} and seq >= ${step.value}
      order by seq limit 1`.execute(db)
    step = search.next(found.rows[0])
  }
  return step.value
}
