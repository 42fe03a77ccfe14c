// Owns the typed face of a prepared statement: its name, its text, and what the columns of its rows are.

import { type ElementType, isElementType } from './array-parameter.ts'

export interface Statement<Row> {
  /** Every connection prepares it once, under this name. */
  readonly name: string
  readonly text: string
  /** What its array parameters are of, by their place, as the casts in the text say. */
  readonly arrays: ReadonlyMap<number, ElementType>
  /** Its plan is the same however large the tables are, as a test shows: each connection plans it once (docs/decisions/0033). */
  readonly isPlannedOnce: boolean
  /** Never set: it carries the type of a row, which no compiler can check against the text. */
  readonly row?: Row
}

export function statement<Row = never>(name: string, text: string): Statement<Row> {
  return { name, text, arrays: arraysOf(text), isPlannedOnce: false }
}

/** See Statement.isPlannedOnce. */
export function statementPlannedOnce<Row = never>(name: string, text: string): Statement<Row> {
  return { ...statement<Row>(name, text), isPlannedOnce: true }
}

/**
 * The parameters as rows, one array for each column: `SELECT unnest($1::text[]) AS id, …`. Not `FROM unnest($1, $2, …)`: that
 * would be kept in a table of its own for each column before it is read.
 *
 * @param columns name and type, in the order of the parameters
 * @param first the number of the first parameter
 */
export function rowsOf(columns: Readonly<Record<string, ElementType>>, first = 1): string {
  const all = Object.entries(columns).map(([name, type], index) => `unnest($${first + index}::${type}[]) AS ${name}`)
  return `SELECT ${all.join(', ')}`
}

/**
 * The same with one more column, `nth`, for `placesOf`. Not `generate_series`: of that the planner expects a thousand rows, and
 * would rather read all of a table once.
 */
export function numberedRowsOf(columns: Readonly<Record<string, ElementType>>): string {
  return rowsOf({ ...columns, nth: 'int' })
}

/** From 1 on, one for each. */
export function placesOf(rows: readonly unknown[]): number[] {
  return rows.map((_, index) => index + 1)
}

function arraysOf(text: string): ReadonlyMap<number, ElementType> {
  const casts = text.matchAll(/\$(\d+)::(\w+)\[\]/g)
  return new Map(
    [...casts].flatMap(([, number = '', type = '']) =>
      isElementType(type) ? [[Number(number) - 1, type] as const] : [],
    ),
  )
}
