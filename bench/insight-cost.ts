// Owns what statistics and the log of changes (the live stream's) cost a delivery: the CPU of two servers in windows that take turns,
// one of which keeps neither. Load goes to 127.0.0.1 only, and is bounded in time.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { cpuTime, totalOf } from './cpu-time.ts'
import type { PublishTarget } from './load/orders.ts'
import { Rig } from './load/rig.ts'
import { type BenchOptions, type Measurement, median } from './measurement.ts'
import type { PostgresServer } from './postgres-server.ts'
import { runAlone } from './run-alone.ts'
import { deliveredCount } from './server-counts.ts'
import { closedLoop, makeOneWebhookEach, SUSTAINED_WAYS, type SustainedWay } from './sustained.ts'

const WITHOUT = ['--import', fileURLToPath(new URL('./load/without-insight.ts', import.meta.url))] as const
/** For each round: how quick a core is changes from one window to the next by more than what is looked for. */
const PAIRS = 4
/** DESIGN §7: what is worth having may cost a twentieth of a delivery's CPU. */
const RATIO_MAX = 1.05

interface Served {
  readonly timbre: TimbreProcess
  readonly target: PublishTarget
}

interface Pair {
  readonly without: number
  readonly with: number
}

/** @param database absent: SQLite */
export async function measureInsightCost(options: BenchOptions, database?: PostgresServer): Promise<Measurement[]> {
  const rig = await Rig.start(1)
  try {
    const kept = await serve(rig, database, [])
    const left = await serve(rig, database, WITHOUT)
    const rows: Measurement[] = []
    for (const way of SUSTAINED_WAYS) {
      const cost = (served: Served) => cpuOfADelivery(rig, served, way, options, database)
      // Not measured: what has just been loaded is still being compiled.
      await cost(kept)
      await cost(left)
      const pairs: Pair[] = []
      for (let nth = 0; nth < options.rounds * PAIRS; nth++) {
        // Each goes first in turn: a core that becomes slower makes neither look dear.
        const first = nth % 2 === 0 ? await cost(left) : undefined
        const withThem = await cost(kept)
        pairs.push({ without: first ?? (await cost(left)), with: withThem })
      }
      rows.push(...rowsOf(way, pairs, database))
      options.log(sentenceOf(way, pairs))
    }
    assert((await attemptsCounted(kept)) > 0 && (await attemptsCounted(left)) === 0, 'one server counts, the other not')
    return rows
  } finally {
    await rig.stop()
  }
}

async function serve(
  rig: Rig,
  database: PostgresServer | undefined,
  nodeArguments: readonly string[],
): Promise<Served> {
  const place = database === undefined ? {} : { databaseUrl: (await database.makeDatabase()).url }
  const timbre = await rig.timbre({ ...place, nodeArguments })
  return { timbre, target: await makeOneWebhookEach(rig, timbre) }
}

/** Microseconds, of the server and of the database that is not in it. */
async function cpuOfADelivery(
  rig: Rig,
  { timbre, target }: Served,
  { batch }: SustainedWay,
  { quick }: BenchOptions,
  database: PostgresServer | undefined,
): Promise<number> {
  const sample = async () => ({
    cpu: totalOf(cpuTime(timbre.pid)) + ((await database?.used())?.cpuMicros ?? 0),
    count: await deliveredCount(timbre),
  })
  const seconds = quick ? { warmUp: 0.5, window: 1 } : { warmUp: 1, window: 3 }
  const { before, after } = await rig.run(closedLoop(rig, target, batch), seconds, sample)
  return (after.cpu - before.cpu) / (after.count - before.count)
}

async function attemptsCounted({ timbre }: Served): Promise<number> {
  const { total } = await timbre.client().stats.get({ bucket: '1m' })
  return total.attempts
}

function rowsOf({ name }: SustainedWay, pairs: readonly Pair[], database: PostgresServer | undefined): Measurement[] {
  const what = `CPU of a delivery${database === undefined ? '' : ', PostgreSQL and its database'}, ${name}`
  const note = `${pairs.length} pairs of windows in turn`
  return [
    { name: `${what}: without statistics and stream`, unit: 'µs', values: pairs.map(({ without }) => without) },
    { name: `${what}: with them`, unit: 'µs', values: pairs.map((pair) => pair.with) },
    {
      name: `${what}: with them to without`,
      unit: '×',
      values: pairs.map((pair) => pair.with / pair.without),
      budget: { atMost: RATIO_MAX },
      note,
    },
  ]
}

function sentenceOf({ name }: SustainedWay, pairs: readonly Pair[]): string {
  const without = median(pairs.map((pair) => pair.without)).toFixed(1)
  const withThem = median(pairs.map((pair) => pair.with)).toFixed(1)
  const ratio = median(pairs.map((pair) => pair.with / pair.without)).toFixed(3)
  return `what statistics and stream cost, ${name}: ${without} -> ${withThem} µs of a delivery, ${ratio} × in the median of ${pairs.length} pairs`
}

if (import.meta.main) await runAlone((options) => measureInsightCost(options))
