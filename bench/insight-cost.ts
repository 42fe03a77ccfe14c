// Owns what statistics and the log of changes (the live stream's) cost a delivery: the CPU of a server that keeps both, and of the
// same server while it keeps neither, in windows in turn. Load goes to 127.0.0.1 only, and is bounded in time.
// Must never compare two servers: the same code of two processes differs by as much as what is asked for here.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { cpuTime, totalOf } from './cpu-time.ts'
import { sleep } from './load/monotonic.ts'
import { Rig } from './load/rig.ts'
import { type BenchOptions, type Measurement, median } from './measurement.ts'
import type { PostgresServer } from './postgres-server.ts'
import { runAlone } from './run-alone.ts'
import { closedLoop, makeOneWebhookEach, SUSTAINED_WAYS } from './sustained.ts'

/** For each round. */
const PAIRS = 5
const PAIRS_QUICK = 1
const SECONDS = { warmUp: 8 } as const
/** After the switch: what was counted before it is folded by then, and written into the file. */
const SETTLE_MS = 4000
const WINDOW_MS = 4000
const PERCENT_MAX = 5

const SWITCH = new URL('./threads/insight-switch.ts', import.meta.url)

/** CPU, × the receiver's. */
interface Pair {
  readonly with: number
  readonly without: number
}

/** @param postgres null: on SQLite */
export async function measureInsightCost(
  options: BenchOptions,
  postgres: PostgresServer | null = null,
): Promise<Measurement[]> {
  const rows: Measurement[] = []
  for (const way of SUSTAINED_WAYS) {
    const pairs: Pair[] = []
    for (let round = 1; round <= options.rounds; round++) {
      pairs.push(...(await measurePairs(way.batch, options, postgres)))
    }
    const name = postgres === null ? way.name : `PostgreSQL, ${way.name}`
    const percents = pairs.map((pair) => 100 * (pair.with / pair.without - 1))
    options.log(
      `what statistics and stream cost, ${name}: ${percents.map((percent) => percent.toFixed(1)).join(', ')} %; ` +
        `median ${median(percents).toFixed(1)} %`,
    )
    rows.push(
      {
        name: `CPU of a delivery, ${name}: with statistics and stream`,
        unit: '× receiver',
        values: pairs.map((pair) => pair.with),
      },
      {
        name: `CPU of a delivery, ${name}: without them`,
        unit: '× receiver',
        values: pairs.map((pair) => pair.without),
      },
      {
        name: `what statistics and stream cost, ${name}`,
        unit: '% of a delivery',
        values: [median(percents)],
        budget: { atMost: PERCENT_MAX },
        note: `the median of ${pairs.length} pairs of windows of ${WINDOW_MS / 1000} s in turn, of one server in each round`,
      },
    )
  }
  return rows
}

async function measurePairs(batch: number, { quick }: BenchOptions, postgres: PostgresServer | null): Promise<Pair[]> {
  const folder = mkdtempSync(join(tmpdir(), 'timbre-bench-'))
  const rig = await Rig.start(1, () => postgres?.pids() ?? [])
  const database = await postgres?.makeDatabase()
  try {
    const off = join(folder, 'off')
    const timbre = await rig.timbre({
      nodeArguments: ['--import', `${SWITCH.href}?off=${encodeURIComponent(off)}`],
      ...(database && {
        databaseUrl: database.url,
        settings: { TIMBRE_MASTER_KEY: randomBytes(32).toString('base64') },
      }),
    })
    const target = await makeOneWebhookEach(rig, timbre)
    const cost = () => costOfWindow(rig, timbre, postgres)
    const { measured } = await rig.during(closedLoop(rig, target, batch), SECONDS, async () => {
      const pairs: Pair[] = []
      for (let nth = 0; nth < (quick ? PAIRS_QUICK : PAIRS); nth++) {
        writeFileSync(off, '')
        const without = await cost()
        rmSync(off)
        pairs.push({ without, with: await cost() })
      }
      return pairs
    })
    return measured
  } finally {
    await rig.stop()
    await database?.drop()
    rmSync(folder, { recursive: true })
  }
}

/** Of the server and its database, to the receiver's: microseconds follow what others do on the machine, a ratio hardly. */
async function costOfWindow(rig: Rig, timbre: TimbreProcess, postgres: PostgresServer | null): Promise<number> {
  const sample = async () => ({
    server: totalOf(cpuTime(timbre.pid)) + ((await postgres?.used())?.cpuMicros ?? 0),
    receiver: totalOf(cpuTime(rig.receiver.pid)),
  })
  await sleep(SETTLE_MS)
  const before = await sample()
  await sleep(WINDOW_MS)
  const after = await sample()
  return (after.server - before.server) / (after.receiver - before.receiver)
}

if (import.meta.main) await runAlone((options) => measureInsightCost(options))
