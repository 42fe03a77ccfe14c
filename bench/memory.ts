// Owns the number of memory: the most that is resident at the sustained rate, sampled four times a second.

import { Rig } from './load/rig.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { residentMiB } from './server-counts.ts'
import { closedLoop, makeOneWebhookEach } from './sustained.ts'

const SAMPLE_EVERY_MS = 250

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const values: number[] = []
  for (let round = 1; round <= options.rounds; round++) {
    const most = await mostResident(options)
    values.push(most)
    options.log(`memory, round ${round} of ${options.rounds}: at most ${most.toFixed(0)} MiB`)
  }
  return [{ name: 'memory: most resident at the sustained rate', unit: 'MiB', values, budget: { atMost: 300 } }]
}

async function mostResident({ quick }: BenchOptions): Promise<number> {
  const rig = await Rig.start(1)
  try {
    const timbre = await rig.timbre()
    const target = await makeOneWebhookEach(rig, timbre)
    const samples: number[] = []
    const timer = setInterval(() => samples.push(residentMiB(timbre.pid)), SAMPLE_EVERY_MS)
    const seconds = quick ? { warmUp: 1, window: 3 } : { warmUp: 2, window: 12 }
    await rig.run(closedLoop(rig, target, 100), seconds, async () => undefined)
    clearInterval(timer)
    return Math.max(...samples)
  } finally {
    await rig.stop()
  }
}

if (import.meta.main) await runAlone(measure)
