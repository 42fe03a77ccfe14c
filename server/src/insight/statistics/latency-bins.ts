// Owns the bins of latency histograms: a fixed table of bounds, four to a doubling, and the quantiles that are read from counts.
// Must never change: what is counted in the tables is counted by the place of a bound.

/**
 * Upper bounds in milliseconds, each included, from 0.1 ms to 15 min and more: bin n is (bound n-1, bound n]. Each is 2^¼ times the
 * one before, so that a quantile, read as the middle of its bin, is within 9.1 % of the true one (2^⅛ = 1.0905).
 */
export const BIN_BOUNDS_MS: readonly number[] = Array.from({ length: 96 }, (_, n) => 0.1 * 2 ** (n / 4))

const LAST_BIN = BIN_BOUNDS_MS.length - 1

/** @param ms of one phase; above the last bound the last bin counts it */
export function binOf(ms: number): number {
  if (ms <= 0.1) return 0
  const bin = Math.ceil(4 * Math.log2(ms / 0.1) - 1e-9)
  return Math.min(bin, LAST_BIN)
}

/**
 * @param counts of each bin
 * @param total of them all
 * @param fractions ascending; 0.5 for the median
 * @returns milliseconds for each, rounded to a hundredth; nothing when nothing was counted
 */
export function quantilesOf(counts: ArrayLike<number>, total: number, fractions: readonly number[]): number[] {
  if (total <= 0) return []
  let bin = 0
  let counted = counts[0] ?? 0
  const quantiles: number[] = []
  for (const fraction of fractions) {
    const wanted = Math.ceil(fraction * total)
    while (counted < wanted && bin < LAST_BIN) counted += counts[++bin] ?? 0
    quantiles.push(MIDDLES_MS[bin] ?? 0)
  }
  return quantiles
}

/** Of the lowest bin its bound: nothing is known of what lies below. */
const MIDDLES_MS = BIN_BOUNDS_MS.map((bound, bin) => Math.round((bin === 0 ? bound : bound / 2 ** (1 / 8)) * 100) / 100)
