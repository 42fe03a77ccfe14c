// Owns the number of the start: from spawning the process until /health/ready answers 200, on an empty directory and again.
import { TimbreProcess } from '../test/support/timbre-process.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const STARTS_PER_ROUND = 3

export async function measure({ rounds, log }: BenchOptions): Promise<Measurement[]> {
  const first: number[] = []
  const again: number[] = []
  for (let nth = 1; nth <= rounds * STARTS_PER_ROUND; nth++) {
    const timbre = new TimbreProcess()
    try {
      first.push(await startSeconds(timbre))
      await timbre.stop()
      again.push(await startSeconds(timbre))
    } finally {
      await timbre.destroy()
    }
    log(
      `start, ${nth} of ${rounds * STARTS_PER_ROUND}: ${first.at(-1)?.toFixed(2)} s, again ${again.at(-1)?.toFixed(2)} s`,
    )
  }
  const budget = { atMost: 1.5 }
  return [
    { name: 'start: ready on an empty directory', unit: 's', values: first, budget },
    { name: 'start: ready on its data', unit: 's', values: again, budget },
  ]
}

async function startSeconds(timbre: TimbreProcess): Promise<number> {
  const startedAt = performance.now()
  await timbre.start()
  return (performance.now() - startedAt) / 1000
}

if (import.meta.main) await runAlone(measure)
