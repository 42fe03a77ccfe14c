// Owns the typed face of a prepared statement: its name, its text, and what the columns of its rows are.

export interface Statement<Row> {
  /** Every connection prepares it once, under this name. */
  readonly name: string
  readonly text: string
  /** Never set: it carries the type of a row, which no compiler can check against the text. */
  readonly row?: Row
}

export function statement<Row = never>(name: string, text: string): Statement<Row> {
  return { name, text }
}
