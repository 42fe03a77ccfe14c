// Owns what a command prints: tables and sentences for people, and with --json one JSON value on each line for programs.
// Must never mix the two: what a program reads has no sentence in it.
import { colours } from './colours.ts'
import { type Cell, columnWidths, cut, shown, textTable } from './text-table.ts'

export interface Column<T> {
  readonly head: string
  readonly cell: (item: T) => string | Cell
  readonly isRight?: true
}

export interface ListOptions {
  /** What is said when there is none. */
  readonly none: string
  /** At most so many; absent: all. */
  readonly max?: number | undefined
  /** Said below when there is more than `max`. */
  readonly more?: string
}

/** Rows that are measured together; the first are on the screen before the last are asked for. */
const CHUNK = 100

export class Output {
  readonly isJson: boolean

  constructor(isJson: boolean) {
    this.isJson = isJson
  }

  /** Every item of a list, asked for page by page as it is printed. */
  async list<T>(items: AsyncIterable<T>, columns: readonly Column<T>[], options: ListOptions): Promise<void> {
    const { max = Number.POSITIVE_INFINITY } = options
    let count = 0
    let hasMore = false
    let widths: readonly number[] | undefined
    let chunk: T[] = []
    const print = () => {
      if (chunk.length > 0) widths = this.#rows(chunk, columns, widths)
      chunk = []
    }
    for await (const item of items) {
      hasMore = count === max
      if (hasMore) break
      count++
      chunk.push(item)
      if (chunk.length === CHUNK) print()
    }
    print()
    if (count === 0) this.say(options.none)
    if (hasMore && options.more !== undefined) this.say(colours.dim(options.more))
  }

  /** One thing: its JSON, or its fields, one on each line. */
  thing(value: unknown, fields: readonly (readonly [name: string, text: string | Cell | null])[]): void {
    if (this.isJson) {
      this.json(value)
      return
    }
    const rows = fields.flatMap(([name, text]) => (text === null ? [] : [[{ text: name, style: colours.dim }, text]]))
    for (const line of textTable(undefined, rows)) this.#line(line)
  }

  /** A line for people. */
  say(line = ''): void {
    if (!this.isJson) this.#line(line)
  }

  /** A line for programs. */
  json(value: unknown): void {
    this.#line(JSON.stringify(value))
  }

  /** Something that is asked for itself, such as a secret or a file: the same for both. */
  plain(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  #rows<T>(items: readonly T[], columns: readonly Column<T>[], widthsBefore: readonly number[] | undefined) {
    if (this.isJson) {
      for (const item of items) this.json(item)
      return []
    }
    const rows = items.map((item) => columns.map(({ cell }) => cell(item)))
    const head = columns.map((column) => column.head)
    const widths = columnWidths(widthsBefore === undefined ? [head, ...rows] : rows, widthsBefore)
    const right = columns.flatMap(({ isRight }, index) => (isRight ? [index] : []))
    const heading = widthsBefore === undefined ? head : undefined
    for (const line of textTable(heading, rows, {
      right,
      widths,
      styleHead: colours.dim,
      lineWidth: process.stdout.columns,
    }))
      this.#line(line)
    return widths
  }

  #line(text: string): void {
    process.stdout.write(`${text}\n`)
  }
}

/** What somebody else wrote, on one line, cut to a length. */
export function brief(text: string, max = 200): string {
  return cut(shown(text), max)
}
