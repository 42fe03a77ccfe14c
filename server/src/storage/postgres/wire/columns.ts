// Owns turning a list of rows into arrays, one per column, as `unnest` wants them.

/** PostgreSQL keeps no NUL in text; a call id or the response of a receiver may have one. */
export function withoutNul(text: string): string
export function withoutNul(text: string | null): string | null
export function withoutNul(text: string | null): string | null {
  return text?.includes('\0') === true ? text.replaceAll('\0', '\uFFFD') : text
}

/** The values of each row, column by column. */
export function columnsOf<Row, Column extends readonly ((row: Row) => string | number | null)[]>(
  rows: readonly Row[],
  ...columns: Column
): (string | number | null)[][] {
  return columns.map((column) => rows.map(column))
}
