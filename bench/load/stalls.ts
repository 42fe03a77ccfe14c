// Owns the stalls that loop-probe.ts writes down, as the measuring process reads them.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const STALLS_FILE_VARIABLE = 'BENCH_STALLS_FILE'

/** What makes Node watch its own event loop. */
export const LOOP_PROBE_ARGUMENTS = ['--import', fileURLToPath(new URL('./loop-probe.ts', import.meta.url))] as const

export class Stalls {
  readonly file: string

  constructor(file: string) {
    this.file = file
  }

  /** The longest stall that ended at or after that moment (monotonicMs), in milliseconds; 0: none worth noting. */
  longestSince(atMs: number): number {
    if (!existsSync(this.file)) return 0
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean)
    const stalls = lines.map((line) => line.split(' ').map(Number))
    return Math.max(0, ...stalls.map(([endedAt = 0, ms = 0]) => (endedAt >= atMs ? ms : 0)))
  }
}
