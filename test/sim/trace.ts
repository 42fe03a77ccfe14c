// Owns what a run leaves behind: a hash over everything that happened, the last lines of it, and the first violation.
import { createHash } from 'node:crypto'

const LINES_KEPT = 60

export interface TraceOptions {
  readonly time: () => { readonly elapsed: number; readonly wall: number }
  /** Called with every line, for a run that is looked at. */
  readonly onLine?: ((line: string) => void) | undefined
}

export class Trace {
  readonly #options: TraceOptions
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []
  #violation: string | undefined

  constructor(options: TraceOptions) {
    this.#options = options
  }

  get violation(): string | undefined {
    return this.#violation
  }

  get lastLines(): readonly string[] {
    return this.#lines
  }

  add(text: string): void {
    const { elapsed, wall } = this.#options.time()
    const line = `${elapsed.toFixed(3)} ${wall} ${text}`
    this.#hash.update(line)
    this.#lines.push(line)
    if (this.#lines.length > LINES_KEPT) this.#lines.shift()
    this.#options.onLine?.(line)
  }

  /** A guarantee was broken. The first one counts: what follows may be its consequence. */
  violate(sentence: string): void {
    this.add(`VIOLATION ${sentence}`)
    this.#violation ??= sentence
  }

  /** Ends the hash; to be called once. */
  digest(): string {
    return this.#hash.digest('hex').slice(0, 16)
  }
}
