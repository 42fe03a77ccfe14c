// Owns running one measuring file by itself: `node bench/latency.ts --rounds 1 --quick`.
import { parseArgs } from 'node:util'
import type { BenchOptions, Measure } from './measurement.ts'
import { tableOf } from './table.ts'

export const ROUNDS_DEFAULT = 3

export async function runAlone(measure: Measure): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } } })
  const options: BenchOptions = {
    quick: values.quick,
    rounds: Number(values.rounds ?? (values.quick ? 1 : ROUNDS_DEFAULT)),
    log: (line) => console.log(line),
  }
  console.log(tableOf(await measure(options)))
}
