// Owns the two kinds of lists (CONTRACT §1): numbered pages and newest-first history.
import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { History, HistoryRequest, Page, PageRequest } from '../storage.ts'
import type { Tables } from './tables.ts'

/**
 * One numbered page of what a query finds, newest first, and how many rows it finds in all.
 * @param found of a table with `id` and `createdAt`, nothing selected yet
 */
export async function pageOf<Table extends keyof Tables, T>(
  found: SelectQueryBuilder<Tables, Table, object>,
  request: PageRequest,
  read: (row: Selectable<Tables[Table]>) => T,
): Promise<Page<T>> {
  const { total } = await found.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy(sql.ref('createdAt'), 'desc')
    .orderBy(sql.ref('id'), 'desc')
    .limit(request.limit)
    .offset(offsetOf(request))
    .execute()
  // All columns of the one table: Kysely does not see that without knowing which.
  return { rows: (rows as Selectable<Tables[Table]>[]).map(read), total }
}

/** How many rows come before the page. */
export function offsetOf({ page, limit }: PageRequest): number {
  return (page - 1) * limit
}

/** One row more than asked for tells whether there is more. */
export function fetchLimit({ limit }: HistoryRequest): number {
  return limit + 1
}

/**
 * Rows that one page of history looks at, if a filter leaves rows out that the index does not: about 20 ms
 * among ten million. A page that has not found enough by then says where to go on (docs/decisions/0017-cost-that-does-not-grow.md).
 */
export const SCAN_ROWS_MAX = 5_000

/**
 * @param fetched up to `fetchLimit` rows, newest first
 * @param scannedTo the sequence number down to which rows were looked at; null: all of them
 */
export function historyOf<Row, T>(
  fetched: readonly Row[],
  request: HistoryRequest,
  seqOf: (row: Row) => number,
  read: (row: Row) => T,
  scannedTo: number | null = null,
): History<T> {
  const rows = fetched.slice(0, request.limit)
  const last = rows.at(-1)
  const next = fetched.length > request.limit && last !== undefined ? seqOf(last) : scannedTo
  return { rows: rows.map(read), next }
}
