// Owns a flat list of values, written and read one after another in the same order.
// Must never be asked for another type than was written there: no value says what it is.

/** What crosses between threads without a copy of its shape: a structured clone of texts and numbers is a memory copy. */
export type FlatValues = readonly unknown[]

/**
 * A text that is in many rows crosses once, and is one text on the other side. Else each row would have a copy, and V8 looks up
 * each copy in its table of texts when a Map is first asked for it (docs/performance.md).
 */
export class FlatWriter {
  readonly values: unknown[] = []
  readonly #shared = new Map<string, number>()

  /** What to write for a text that is in many rows: the text itself, or which of the shared ones it is. */
  shared(text: string): string | number {
    const nth = this.#shared.get(text)
    if (nth !== undefined) return nth
    this.#shared.set(text, this.#shared.size)
    return text
  }

  /** The number of rows, then what `write` writes of each. */
  rows<T>(rows: readonly T[], write: (writer: FlatWriter, row: T) => void): void {
    this.values.push(rows.length)
    for (const row of rows) write(this, row)
  }
}

/** Each cast is what the writer beside the reader wrote: they are one function apart in the same file. */
export class FlatReader {
  readonly #values: FlatValues
  readonly #shared: string[] = []
  #at = 0

  constructor(values: FlatValues) {
    this.#values = values
  }

  get isAtEnd(): boolean {
    return this.#at === this.#values.length
  }

  next<T extends string | number | boolean | object | null | undefined>(): T {
    return this.#values[this.#at++] as T
  }

  /** A text that was written as a shared one. */
  shared(): string {
    const value = this.next<string | number>()
    if (typeof value === 'number') return this.#shared[value] as string // the writer has written it before
    this.#shared.push(value)
    return value
  }

  /** As many rows as a number before them says. */
  rows<T>(read: (values: FlatReader) => T): T[] {
    const count = this.next<number>()
    const rows: T[] = []
    for (let nth = 0; nth < count; nth++) rows.push(read(this))
    return rows
  }
}
