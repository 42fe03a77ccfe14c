// Owns finding where a time begins in a table whose rows were added in the order of that time: by halves, because an
// index on the time would cost every accepted event and serve lists and replays only.
// Must never ask for a row itself: it says which one it needs next, so that every backend asks in its own way.

/** How far a row's time may lie behind that of the rows before it: waiting for the disk, or a clock that was set back. */
export const DISORDER_MS = 3_600_000

/** The first row at or after the sequence number that was asked for. */
export interface TimedRow {
  readonly seq: number
  readonly at: number
}

/**
 * Yields the sequence numbers at or after which a row is wanted: 24 of them for ten million rows.
 * @param last the greatest sequence number; 0 in an empty table
 * @param at milliseconds
 * @returns the sequence number of the first row of this time or later, or one after the last
 */
export function* searchSequence(last: number, at: number): Generator<number, number, TimedRow | undefined> {
  let low = 0
  let high = last + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = yield middle
    if (row === undefined || row.at >= at) high = middle
    else low = row.seq + 1
  }
  return low
}
