// Owns the number of idling: the share of a core that Timbre takes with 100 webhooks and nothing to do.
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuTime, totalOf } from './cpu-time.ts'
import { makeWebhooks, Rig } from './load/rig.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const WEBHOOKS = 100
/** Compilation and collection of what the start left over. */
const SETTLE_MS = 3000

export async function measure({ quick, log }: BenchOptions): Promise<Measurement[]> {
  const rig = await Rig.start(1)
  try {
    const timbre = await rig.timbre()
    const urls = Array.from({ length: WEBHOOKS }, (_, index) => `${rig.urls[0]}/${index}`)
    await makeWebhooks(timbre, [urls])
    await sleep(SETTLE_MS)
    const before = totalOf(cpuTime(timbre.pid))
    const startedAt = performance.now()
    await sleep(quick ? 5000 : 20_000)
    const share = (totalOf(cpuTime(timbre.pid)) - before) / 1000 / (performance.now() - startedAt)
    log(`idle: ${(share * 100).toFixed(2)} % of a core`)
    const name = `idle: CPU with ${WEBHOOKS} webhooks`
    return [{ name, unit: '% of a core', values: [share * 100], budget: { atMost: 1 } }]
  } finally {
    await rig.stop()
  }
}

if (import.meta.main) await runAlone(measure)
