// Owns what a measuring file gives, and how its values become one figure. Must never measure anything itself.

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

export type Measure = (options: BenchOptions) => Promise<Measurement[]>

/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const upper = sorted[sorted.length >> 1] ?? Number.NaN
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN
  return (lower + upper) / 2
}

export function spread(values: readonly number[]): { readonly min: number; readonly max: number } {
  return { min: Math.min(...values), max: Math.max(...values) }
}

/** @param share 0.99 for the value that 99 % do not exceed */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values)
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN
}

/** By the median. `undefined`: there is no budget. A value that could not be measured keeps no budget. */
export function isWithinBudget({ values, budget }: Measurement): boolean | undefined {
  if (budget === undefined) return undefined
  const value = median(values)
  return value <= (budget.atMost ?? Number.POSITIVE_INFINITY) && value >= (budget.atLeast ?? Number.NEGATIVE_INFINITY)
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b)
}
