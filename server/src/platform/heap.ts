// Owns how far the heap of JavaScript may grow between two collections.
import { setFlagsFromString } from 'node:v8'

/**
 * V8 lets the heap grow to several times what lives in it before it collects: 405 MB resident at the sustained rate, of
 * which 60 MB live. At half as much again it is 345 MB, for 4 % of the rate (2 cores). Holds for all threads.
 */
const GROWING_PERCENT = 50

/**
 * With the database in another process there is no heap of a storage thread and no cache of pages: 254 MiB resident at full
 * rate (231 at half as much again), and the collector takes a third less CPU (docs/performance.md).
 */
const GROWING_PERCENT_WITHOUT_FILE = 100

/**
 * To be called before much is allocated.
 * @param hasFile the database is a file of this process
 */
export function keepHeapSmall({ hasFile }: { readonly hasFile: boolean }): void {
  setFlagsFromString(`--heap-growing-percent=${hasFile ? GROWING_PERCENT : GROWING_PERCENT_WITHOUT_FILE}`)
}
