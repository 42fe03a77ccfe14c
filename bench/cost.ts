// Owns what an event costs at the sustained rate, with one delivery: CPU, bytes on disk, bytes written, commits.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { cpuTime, totalOf } from './cpu-time.ts'
import { Rig } from './load/rig.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { commitCount, deliveredCount, writtenBytes } from './server-counts.ts'
import { closedLoop, makeOneWebhookEach, SUSTAINED_WAYS } from './sustained.ts'

interface Cost {
  readonly cpuMicros: number
  readonly diskBytes: number
  readonly writtenBytes: number
  readonly commits: number
}

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const all = SUSTAINED_WAYS.map((way) => ({ way, costs: [] as Cost[] }))
  for (let round = 1; round <= options.rounds; round++) {
    for (const { way, costs } of all) {
      const cost = await costOf(way.batch, options)
      costs.push(cost)
      options.log(
        `cost per event, round ${round} of ${options.rounds}, ${way.name}: CPU ${cost.cpuMicros.toFixed(0)} µs, ` +
          `on disk ${cost.diskBytes.toFixed(0)} bytes, written ${cost.writtenBytes.toFixed(0)} bytes, commits ${cost.commits.toFixed(3)}`,
      )
    }
  }
  return all.flatMap(({ way: { name }, costs }) => [
    { name: `cost of an event: server CPU, ${name}`, unit: 'µs', values: costs.map(({ cpuMicros }) => cpuMicros) },
    { name: `cost of an event: on disk, ${name}`, unit: 'bytes', values: costs.map(({ diskBytes }) => diskBytes) },
    { name: `cost of an event: written, ${name}`, unit: 'bytes', values: costs.map((cost) => cost.writtenBytes) },
    { name: `cost of an event: commits, ${name}`, unit: 'commits', values: costs.map(({ commits }) => commits) },
  ])
}

/** At the sustained rate. */
async function costOf(batch: number, { quick }: BenchOptions): Promise<Cost> {
  const rig = await Rig.start(1)
  try {
    const timbre = await rig.timbre()
    const target = await makeOneWebhookEach(rig, timbre)
    const sample = async () => ({
      cpu: totalOf(cpuTime(timbre.pid)),
      written: writtenBytes(timbre.pid),
      commits: commitCount(timbre),
      count: await deliveredCount(timbre),
    })
    const seconds = quick ? { warmUp: 1, window: 1.5 } : { warmUp: 2, window: 5 }
    const { before, after } = await rig.run(closedLoop(rig, target, batch), seconds, sample)
    const count = after.count - before.count
    const inAll = await deliveredCount(timbre)
    // The end of the process moves what is still in the log into the file.
    await timbre.stop()
    return {
      cpuMicros: (after.cpu - before.cpu) / count,
      diskBytes: statSync(join(timbre.dataDir, 'timbre.db')).size / inAll,
      writtenBytes: (after.written - before.written) / count,
      commits: (after.commits - before.commits) / count,
    }
  } finally {
    await rig.stop()
  }
}

if (import.meta.main) await runAlone(measure)
