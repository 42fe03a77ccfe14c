// Owns reading a flat list of values, one after another, in the order in which they were written.
// Must never be asked for another type than was written there: no value says what it is.

/** What crosses between threads without a copy of its shape: a structured clone of texts and numbers is a memory copy. */
export type FlatValues = readonly unknown[]

/** Each cast is what the writer beside the reader wrote: they are one function apart in the same file. */
export class FlatReader {
  readonly #values: FlatValues
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

  /** As many rows as a number before them says. */
  rows<T>(read: (values: FlatReader) => T): T[] {
    const count = this.next<number>()
    const rows: T[] = []
    for (let nth = 0; nth < count; nth++) rows.push(read(this))
    return rows
  }
}

/** The number of rows, then what `write` writes of each. */
export function writeRows<T>(values: unknown[], rows: readonly T[], write: (values: unknown[], row: T) => void): void {
  values.push(rows.length)
  for (const row of rows) write(values, row)
}
