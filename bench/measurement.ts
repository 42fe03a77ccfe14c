// Owns what a measuring file gives. Must never measure anything itself.

export interface Measurement {
  readonly name: string
  readonly unit: string
  /** One for each round. */
  readonly values: readonly number[]
  readonly budget?: { readonly atMost?: number; readonly atLeast?: number }
  readonly note?: string
}

export interface BenchOptions {
  readonly rounds: number
  /** Shorter windows: to see that everything works, not to publish. */
  readonly quick: boolean
  log(line: string): void
}
