// Owns when a generator could not keep up: then its figure says nothing of the server, and it must say so.
import type { LoadResult } from './load/orders.ts'
import { percentile } from './measurement.ts'

/** A timer of Node is up to 2 ms late by itself; what is later than this in more than 1 % of the cases is not the timer. */
const LATENESS_MS_MAX = 10

/** `undefined`: it kept up, and everything was answered as it should be. */
export function latenessNote({
  sent,
  failed,
  latenessMs,
}: Pick<LoadResult, 'sent' | 'failed' | 'latenessMs'>): string | undefined {
  if (failed > 0) return `${failed} of ${sent} requests failed: this figure is not valid`
  const late = percentile(latenessMs, 0.99)
  if (late <= LATENESS_MS_MAX) return undefined
  return `the generator fell behind by ${late.toFixed(0)} ms (p99): this figure is not valid`
}
