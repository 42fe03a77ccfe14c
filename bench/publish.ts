// Owns the number of publishing alone: events/s and the time until the 202, single and in batches, with no subscription.
import { monotonicMs } from './load/monotonic.ts'
import { BODY_BYTES } from './load/payload.ts'
import { Rig, targetOf } from './load/rig.ts'
import { type BenchOptions, type Measurement, percentile } from './measurement.ts'
import { runAlone } from './run-alone.ts'

const WAYS = [
  { name: 'own POSTs, 64 connections', batch: 1, connections: 64 },
  { name: 'batches of 100, 4 connections', batch: 100, connections: 4 },
] as const

interface Published {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const all = WAYS.map((way) => ({ way, rounds: [] as Published[] }))
  const rig = await Rig.start(1)
  try {
    const target = targetOf(await rig.timbre())
    for (let round = 1; round <= options.rounds; round++) {
      for (const { way, rounds } of all) {
        const published = await publishOnce(rig, target, way, options)
        rounds.push(published)
        options.log(
          `publish only, round ${round} of ${options.rounds}, ${way.name}: ${published.perSecond.toFixed(0)} events/s, ` +
            `p50 ${published.p50.toFixed(1)} ms, p99 ${published.p99.toFixed(1)} ms`,
        )
      }
    }
  } finally {
    await rig.stop()
  }
  return all.flatMap(({ way, rounds }) => [
    { name: `publish only: ${way.name}`, unit: 'events/s', values: rounds.map(({ perSecond }) => perSecond) },
    { name: `publish only: ${way.name}, 202 p50`, unit: 'ms', values: rounds.map(({ p50 }) => p50) },
    { name: `publish only: ${way.name}, 202 p99`, unit: 'ms', values: rounds.map(({ p99 }) => p99) },
  ])
}

async function publishOnce(
  rig: Rig,
  target: ReturnType<typeof targetOf>,
  { batch, connections }: (typeof WAYS)[number],
  { quick }: BenchOptions,
): Promise<Published> {
  const unbounded = { fanOut: 0, outstandingMax: 0, progressFile: rig.progressFile }
  const { load, before, after } = await rig.run(
    { kind: 'publish closed', target, bodyBytes: BODY_BYTES.small, batch, connections, ...unbounded },
    quick ? { warmUp: 1, window: 1.5 } : { warmUp: 2, window: 5 },
    async () => monotonicMs(),
  )
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.sent} publishes failed.`)
  return {
    perSecond: (load.sent * 1000) / (after - before),
    p50: percentile(load.answerMs, 0.5),
    p99: percentile(load.answerMs, 0.99),
  }
}

if (import.meta.main) await runAlone(measure)
