// Owns the arithmetic of the two kinds of lists (CONTRACT §1): numbered pages and newest-first history.
import type { History, HistoryRequest, PageRequest } from '../storage.ts'

/** How many rows come before the page. */
export function offsetOf({ page, limit }: PageRequest): number {
  return (page - 1) * limit
}

/** One row more than asked for tells whether there is more. */
export function fetchLimit({ limit }: HistoryRequest): number {
  return limit + 1
}

/** @param fetched up to `fetchLimit` rows, newest first */
export function historyOf<Row, T>(
  fetched: readonly Row[],
  request: HistoryRequest,
  seqOf: (row: Row) => number,
  read: (row: Row) => T,
): History<T> {
  const rows = fetched.slice(0, request.limit)
  const last = rows.at(-1)
  const next = fetched.length > request.limit && last !== undefined ? seqOf(last) : null
  return { rows: rows.map(read), next }
}
