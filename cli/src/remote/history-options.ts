// Owns the options of lists that grow: a range of time, and how much of it.
import { timeOption, wholeNumber } from '../frame/options.ts'
import type { TimbreCommand } from '../frame/timbre-command.ts'

export interface HistoryOptions {
  readonly since?: string
  readonly until?: string
  readonly max: number
  readonly all?: true
}

export const MORE = 'There are more: --max 1000, or --all, shows them.'

const MAX_DEFAULT = 50

export function withHistoryOptions(command: TimbreCommand): TimbreCommand {
  return command
    .option('--since <time>', 'from then on: 2025-08-19T16:00:00Z, or how long ago: 90m, 24h, 7d', timeOption)
    .option('--until <time>', 'until then', timeOption)
    .option('--max <number>', 'how many at most', wholeNumber(1, 1_000_000), MAX_DEFAULT)
    .option('--all', 'however many there are')
}

export function maxOf({ max, all }: HistoryOptions): number | undefined {
  return all === true ? undefined : max
}
