// Owns the form of a measurement: what every benchmark gives, so that one program can run them all and judge the budgets.

export interface Measurement {
  readonly name: string
  readonly unit: string
  /** One for each round. */
  readonly values: readonly number[]
  /** What the median is held against. */
  readonly budget?: { readonly atMost?: number; readonly atLeast?: number }
  readonly note?: string
}

export interface BenchOptions {
  readonly rounds: number
  /** Shorter and less exact. */
  readonly quick: boolean
  log(line: string): void
}
