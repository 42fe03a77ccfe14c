// Owns the typed face of a prepared statement: the one place that says what the columns of a SELECT are.
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

export interface Statement<Row> {
  all(...values: SQLInputValue[]): Row[]
  get(...values: SQLInputValue[]): Row | undefined
  iterate(...values: SQLInputValue[]): Iterable<Row>
  run(...values: SQLInputValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
}

/** Prepares once. `Row` must name the columns that the SQL selects, which no compiler can check. */
export function prepare<Row = never>(db: DatabaseSync, sql: string): Statement<Row> {
  return prepareOnce(db, sql) as unknown as Statement<Row>
}

/** As `prepare`, for what comes from the query builder. */
export function prepareOnce(db: DatabaseSync, sql: string): StatementSync {
  return db.prepare(sql.replace(BARE_LIMIT, '$& + 0'))
}

/**
 * SQLite wants to plan for the very number behind LIMIT, and so plans anew each time that one is bound, which takes longer than
 * most of these statements (docs/performance.md). Of a sum it knows nothing, and the plan stays that of `query-plans.test.ts`.
 */
const BARE_LIMIT = /\bLIMIT \?\d*(?=\s*(?:$|\)|OFFSET\b))/gi
