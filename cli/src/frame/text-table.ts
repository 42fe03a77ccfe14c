// Owns how rows look on a screen: columns as wide as what is in them.

export interface Cell {
  readonly text: string
  /** Around the text, which is counted without it. */
  readonly style?: (text: string) => string
}

export interface TableOptions {
  /** Numbers of columns that are set flush right. */
  readonly right?: readonly number[]
  readonly styleHead?: (text: string) => string
  /** What each column has at least, so that the next rows fit below. */
  readonly widths?: readonly number[]
  /** Of the terminal: the last column is cut where a row would be longer. */
  readonly lineWidth?: number | undefined
}

/** Between columns. */
const GAP = 2
/** A column of less says nothing. */
const LAST_COLUMN_MIN = 12

/** Lines: the head, where there is one, and the rows. Control characters are shown, not obeyed. */
export function textTable(
  head: readonly string[] | undefined,
  rows: readonly (readonly (string | Cell)[])[],
  { right = [], styleHead = (text) => text, widths = [], lineWidth }: TableOptions = {},
): string[] {
  const heads = head === undefined ? [] : [head.map((text): Cell => ({ text, style: styleHead }))]
  const whole = [...heads, ...rows.map((row) => row.map(asCell))]
  const cells = lineWidth === undefined ? whole : withLastCut(whole, columnWidths(whole, widths), lineWidth)
  const wide = columnWidths(cells, widths)
  return cells.map((row) =>
    row.map((cell, column) => padded(cell, column, row.length, wide, right)).join(' '.repeat(GAP)),
  )
}

function withLastCut(rows: readonly Cell[][], widths: readonly number[], lineWidth: number): Cell[][] {
  const last = widths.length - 1
  const left = lineWidth - widths.slice(0, last).reduce((sum, width) => sum + width + GAP, 0)
  const max = Math.max(left, LAST_COLUMN_MIN)
  return rows.map((row) => row.map((cell, column) => (column === last ? { ...cell, text: cut(cell.text, max) } : cell)))
}

/** The beginning of a text, with a sign that there is more. */
export function cut(text: string, max: number): string {
  return widthOf(text) <= max ? text : `${[...text].slice(0, max - 1).join('')}…`
}

/** How wide each column must be for these rows. */
export function columnWidths(rows: readonly (readonly (string | Cell)[])[], least: readonly number[] = []): number[] {
  const columns = Math.max(least.length, ...rows.map((row) => row.length))
  return Array.from({ length: columns }, (_, column) =>
    Math.max(least[column] ?? 0, ...rows.map((row) => widthOf(asCell(row[column] ?? '').text))),
  )
}

function padded(
  { text, style = (same) => same }: Cell,
  column: number,
  columns: number,
  widths: readonly number[],
  right: readonly number[],
): string {
  const blank = ' '.repeat(Math.max((widths[column] ?? 0) - widthOf(text), 0))
  if (right.includes(column)) return blank + style(text)
  return column === columns - 1 ? style(text) : style(text) + blank
}

function asCell(cell: string | Cell): Cell {
  return typeof cell === 'string' ? { text: shown(cell) } : { ...cell, text: shown(cell.text) }
}

/** A text of somebody else, which must not move the cursor or change the colours of a terminal. */
export function shown(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (sign) => (sign === '\n' || sign === '\t' ? ' ' : '�'))
}

/** In code points: ids, keys, times and URLs have no wider ones. */
function widthOf(text: string): number {
  return [...text].length
}
