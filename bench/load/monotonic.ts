// Owns the clock of the benchmarks: the same for all processes of the machine (CLOCK_MONOTONIC). Must never be set.

/** Milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
