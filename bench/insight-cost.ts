// Owns what statistics and the log of changes (the live stream's) cost a delivery on SQLite: the CPU of a storage alone that keeps both
// and of one that keeps neither, in turn, beside the CPU of a whole delivery.
// Must never be read as what a whole server pays: what is outside of the storage's thread is not in it (docs/performance.md).
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { costOf } from './cost.ts'
import { type BenchOptions, type Measurement, median } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { SUSTAINED_WAYS } from './sustained.ts'
import type { StorageCost } from './threads/storage-alone.ts'

const DELIVERIES = 30_000
const DELIVERIES_QUICK = 6000
/** For each round, in turn. */
const PAIRS = 4
const PERCENT_MAX = 5

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const STORAGE_ALONE = path('./threads/storage-alone-process.ts')
const WITHOUT = ['--import', path('./threads/without-insight.ts')] as const

export async function measureInsightCost(options: BenchOptions): Promise<Measurement[]> {
  const rows: Measurement[] = []
  for (const way of SUSTAINED_WAYS) {
    const storage = { with: [] as number[], without: [] as number[] }
    const whole: number[] = []
    for (let round = 1; round <= options.rounds; round++) {
      whole.push((await costOf(way.batch, options)).cpuMicros)
      for (let nth = 0; nth < PAIRS; nth++) {
        storage.with.push(await storageCost([], way.eventsPerCommit, options))
        storage.without.push(await storageCost(WITHOUT, way.eventsPerCommit, options))
      }
    }
    const more = median(storage.with) - median(storage.without)
    const percent = (100 * more) / median(whole)
    options.log(
      `what statistics and stream cost, ${way.name}: ${more.toFixed(1)} of ${median(whole).toFixed(0)} µs of a delivery = ${percent.toFixed(1)} %`,
    )
    const name = `CPU of the storage for a delivery, ${way.name}`
    rows.push(
      { name: `${name}: with statistics and stream`, unit: 'µs', values: storage.with },
      { name: `${name}: without them`, unit: 'µs', values: storage.without },
      {
        name: `what statistics and stream cost, ${way.name}`,
        unit: '% of a delivery',
        values: [percent],
        budget: { atMost: PERCENT_MAX },
        note: `${storage.with.length} pairs of processes in turn, ${4 * way.eventsPerCommit} deliveries in a commit`,
      },
    )
  }
  return rows
}

/** Microseconds of a delivery. */
async function storageCost(nodeArguments: readonly string[], eventsPerCommit: number, { quick }: BenchOptions) {
  const deliveries = quick ? DELIVERIES_QUICK : DELIVERIES
  const order = [...nodeArguments, STORAGE_ALONE, String(deliveries), String(eventsPerCommit)]
  const { stdout } = await promisify(execFile)(process.execPath, order)
  const { cpu }: StorageCost = JSON.parse(stdout)
  return cpu
}

if (import.meta.main) await runAlone(measureInsightCost)
