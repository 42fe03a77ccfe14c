// Owns the typed face of a prepared statement: the one place that says what the columns of a SELECT are.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

export interface Statement<Row> {
  all(...values: SQLInputValue[]): Row[]
  get(...values: SQLInputValue[]): Row | undefined
  iterate(...values: SQLInputValue[]): Iterable<Row>
  run(...values: SQLInputValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
}

/** Prepares once. `Row` must name the columns that the SQL selects, which no compiler can check. */
export function prepare<Row = never>(db: DatabaseSync, sql: string): Statement<Row> {
  return db.prepare(sql) as unknown as Statement<Row>
}
