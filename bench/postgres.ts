// Owns the number of the whole path on PostgreSQL: deliveries per second of one, two and three nodes over one database, beside
// undici alone in the same run; and what a delivery costs the nodes and the database. `npm run bench -- --postgres`.
// Load goes to 127.0.0.1 only, and is bounded in time.
import { randomBytes } from 'node:crypto'
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { cpuTime, cpuTimeEach, totalOf } from './cpu-time.ts'
import { Figures } from './figures.ts'
import { monotonicMs } from './load/monotonic.ts'
import type { AloneTarget, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig, type Seconds, targetOf } from './load/rig.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { PostgresServer } from './postgres-server.ts'
import { runAlone } from './run-alone.ts'
import { deliveredCount } from './server-counts.ts'
import { probedHeaders, type Rate, runAloneOnce, secondsOf } from './undici-alone.ts'

const FAN_OUT = 4
const BODY = 'small'
/** Deliveries under way at once: several batches, so that no lane runs dry; few, so that no queue grows. */
const OUTSTANDING_MAX = 1600
const RATIO_BATCHES = { atLeast: 0.37 } as const
const SECONDS = { warmUp: 2, window: 5 } as const
/** Percent of the time that the one thread of a generator may work before it may be what limits the rate. */
const GENERATOR_BUSY_MAX = 90

interface Way {
  readonly name: string
  readonly nodes: number
  readonly batch: number
  readonly connections: number
  readonly budget?: Measurement['budget']
}

const WAYS: readonly Way[] = [
  { name: 'PostgreSQL, 1 node, batches of 100', nodes: 1, batch: 100, connections: 4, budget: RATIO_BATCHES },
  { name: 'PostgreSQL, 2 nodes, batches of 100', nodes: 2, batch: 100, connections: 4 },
  { name: 'PostgreSQL, 3 nodes, batches of 100', nodes: 3, batch: 100, connections: 6 },
  { name: 'PostgreSQL, 1 node, own POSTs', nodes: 1, batch: 1, connections: 64 },
]

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const server = await PostgresServer.start()
  try {
    const settings = Object.entries(server.settings).map(([name, value]) => `${name} = ${value}`)
    const note = `${server.description}: ${settings.join(', ')}`
    options.log(note)
    const measurements = await measureOn(server, options)
    return measurements.map((measurement) => (measurement.unit === '×' ? { ...measurement, note } : measurement))
  } finally {
    await server.stop()
  }
}

async function measureOn(server: PostgresServer, options: BenchOptions): Promise<Measurement[]> {
  const figures = new Figures()
  for (let round = 1; round <= options.rounds; round++) {
    const rig = await Rig.start(1, () => server.pids())
    try {
      await measureRound(rig, server, figures, { ...options, log: (line) => options.log(`round ${round}, ${line}`) })
    } finally {
      await rig.stop()
    }
  }
  return figures.measurements()
}

async function measureRound(rig: Rig, server: PostgresServer, figures: Figures, options: BenchOptions): Promise<void> {
  const seconds = secondsOf(rig, options, SECONDS)
  let alone: AloneTarget | undefined
  let before: Rate | undefined
  for (const way of WAYS) {
    // Nodes and database are new for each: none pays for the rows of another.
    const database = await server.makeDatabase()
    const nodes = await startNodes(rig, database.url, way.nodes)
    const target = await makeTarget(rig, nodes)
    alone ??= { urls: rig.urls, ca: rig.certificates.ca, headers: await probedHeaders(rig, target, FAN_OUT) }
    before ??= await runAloneOnce(rig, alone, BODY, seconds)
    const rate = await runNodesOnce(rig, server, { nodes, target, way }, seconds)
    await Promise.all(nodes.map((node) => node.destroy()))
    await database.drop()
    // Before and after: what slows the machine down meanwhile slows both.
    const after = await runAloneOnce(rig, alone, BODY, seconds)
    addRates(figures, way, rate, [before, after])
    options.log(sentenceOf(way, rate, [before, after]))
    before = after
  }
}

interface DatabaseRate extends Rate {
  readonly walBytes: number
  readonly commits: number
  /** Percent of the time that the publisher's thread, or the receiver's, was at work: the higher of both. */
  readonly generatorBusy: number
}

async function startNodes(rig: Rig, databaseUrl: string, count: number): Promise<[TimbreProcess, ...TimbreProcess[]]> {
  const shared = { TIMBRE_MASTER_KEY: randomBytes(32).toString('base64') }
  const first = await rig.timbre({ databaseUrl, settings: shared })
  const same = { TIMBRE_BOOTSTRAP_WORKSPACE_ID: first.workspaceId, TIMBRE_BOOTSTRAP_API_KEY: first.apiKey }
  const others = Array.from({ length: count - 1 }, () => rig.timbre({ databaseUrl, settings: { ...shared, ...same } }))
  return [first, ...(await Promise.all(others))]
}

async function makeTarget(
  rig: Rig,
  [first, ...others]: readonly [TimbreProcess, ...TimbreProcess[]],
): Promise<PublishTarget> {
  const urls = Array.from({ length: FAN_OUT }, (_, index) => `${rig.urls[0]}/${index}`)
  const { agentIds } = await makeWebhooks(first, [urls])
  return { ...targetOf(first, agentIds), addresses: [first.address, ...others.map(({ address }) => address)] }
}

interface Run {
  readonly nodes: readonly TimbreProcess[]
  readonly target: PublishTarget
  readonly way: Way
}

async function runNodesOnce(
  rig: Rig,
  server: PostgresServer,
  { nodes, target, way: { batch, connections } }: Run,
  seconds: Seconds,
): Promise<DatabaseRate> {
  const sample = async () => ({
    at: monotonicMs(),
    nodes: nodes.map(({ pid }) => cpuTime(pid)),
    receiver: cpuTime(rig.receiver.pid),
    publisher: cpuTime(rig.publisher.pid),
    database: await server.used(),
    count: (await Promise.all(nodes.map(deliveredCount))).reduce((sum, count) => sum + count, 0),
  })
  const { before, after, load, others } = await rig.run(
    {
      kind: 'publish closed',
      target,
      bodyBytes: BODY_BYTES[BODY],
      batch,
      connections,
      fanOut: FAN_OUT,
      outstandingMax: OUTSTANDING_MAX,
      progressFile: rig.progressFile,
    },
    seconds,
    sample,
  )
  const count = after.count - before.count
  const ms = after.at - before.at
  const eachOf = (of: 'receiver' | 'publisher') => cpuTimeEach(before[of], after[of], count)
  const eachNode = nodes.map((_, nth) => cpuTimeEach(before.nodes[nth] ?? NONE, after.nodes[nth] ?? NONE, count))
  const main = eachNode.reduce((sum, cpu) => sum + cpu.main, 0)
  const perDelivery = (of: 'cpuMicros' | 'walBytes' | 'commits') => (after.database[of] - before.database[of]) / count
  const busy = (of: 'receiver' | 'publisher') => (eachOf(of).main * count) / ms / 10
  return {
    perSecond: (count * 1000) / ms,
    failed: load.failed,
    others,
    walBytes: perDelivery('walBytes'),
    commits: perDelivery('commits'),
    generatorBusy: Math.max(busy('receiver'), busy('publisher')),
    cpu: {
      database: perDelivery('cpuMicros'),
      'nodes, main threads': main,
      'nodes, other threads': eachNode.reduce((sum, cpu) => sum + totalOf(cpu), 0) - main,
      receiver: totalOf(eachOf('receiver')),
      publisher: totalOf(eachOf('publisher')),
    },
  }
}

const NONE = { main: 0, writer: 0, other: 0 } as const

function addRates(figures: Figures, way: Way, rate: DatabaseRate, alone: readonly [Rate, Rate]): void {
  const { name, budget } = way
  const base = baseOf(alone)
  figures.add(
    { name: `ratio to undici alone: ${name}`, unit: '×', ...(budget === undefined ? {} : { budget }) },
    rate.perSecond / base,
  )
  figures.add({ name: `Timbre: ${name}`, unit: 'deliveries/s', ...noteOf(rate) }, rate.perSecond)
  figures.add({ name: `undici alone: beside ${name}`, unit: 'requests/s' }, base)
  for (const [part, micros] of Object.entries(rate.cpu)) {
    figures.add({ name: `CPU, ${part}: ${name}`, unit: 'µs/delivery' }, micros)
  }
  figures.add({ name: `log of the database: ${name}`, unit: 'bytes/delivery' }, rate.walBytes)
  figures.add({ name: `commits: ${name}`, unit: 'commits/1,000 deliveries' }, rate.commits * 1000)
  figures.add({ name: 'other programs, while PostgreSQL was measured', unit: '% of the cores' }, rate.others)
}

function noteOf({ failed, generatorBusy }: DatabaseRate): { readonly note?: string } {
  if (failed > 0) return { note: `${failed} publishes failed: this figure is not valid` }
  if (generatorBusy < GENERATOR_BUSY_MAX) return {}
  return { note: `the generator was at work ${generatorBusy.toFixed(0)} % of the time and may be the limit: not valid` }
}

function baseOf(alone: readonly [Rate, Rate]): number {
  return (alone[0].perSecond + alone[1].perSecond) / 2
}

function sentenceOf({ name }: Way, rate: DatabaseRate, alone: readonly [Rate, Rate]): string {
  const base = baseOf(alone)
  const cpu = Object.entries(rate.cpu).map(([part, micros]) => `${part} ${micros.toFixed(1)}`)
  return (
    `${name}: ${rate.perSecond.toFixed(0)}/s, undici alone ${base.toFixed(0)}/s = ${(rate.perSecond / base).toFixed(2)} ×; ` +
    `µs/delivery: ${cpu.join(', ')}; log ${rate.walBytes.toFixed(0)} bytes, commits ${(rate.commits * 1000).toFixed(1)} in 1,000 ` +
    `(others took ${rate.others.toFixed(0)} % of the cores)`
  )
}

if (import.meta.main) await runAlone(measure)
