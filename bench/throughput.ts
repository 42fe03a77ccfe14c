// Owns the number of the whole path: publish → fsync → HTTPS → fsynced record, in deliveries per second, beside undici alone to
// the same receivers with the same bytes in the same run, and the ratio; and what a delivery costs in CPU, by thread.
// Load goes to 127.0.0.1 only, and is bounded in time.
import type { TimbreProcess } from '../test/support/timbre-process.ts'
import { type CpuTime, cpuTime, cpuTimeEach, totalOf } from './cpu-time.ts'
import { Figures } from './figures.ts'
import { monotonicMs } from './load/monotonic.ts'
import type { AloneTarget, PublishTarget } from './load/orders.ts'
import { BODY_BYTES } from './load/payload.ts'
import { makeWebhooks, Rig, type Seconds } from './load/rig.ts'
import type { BenchOptions, Measurement } from './measurement.ts'
import { runAlone } from './run-alone.ts'
import { deliveredCount } from './server-counts.ts'
import { type Body, probedHeaders, type Rate, runAloneOnce, secondsOf, together } from './undici-alone.ts'

const BATCH = 100
const BATCH_CONNECTIONS = 4
const SINGLE_CONNECTIONS = 64
/** Deliveries under way at once: several batches, so that no lane runs dry; few, so that no queue grows. */
const OUTSTANDING_MAX = 1600

/** In turn with undici alone, so that what slows the machine down for a moment slows both, and is one window of several. */
const TURNS = 3
const SECONDS_OF_TURN = { warmUp: 1, window: 3 } as const

/** One way to publish to the webhooks of a field, and what its ratio is held to (docs/performance.md). */
interface Way {
  readonly body: Body
  readonly batch: number
  readonly fanOut: number
  readonly atLeast: number
}

interface Field {
  readonly receivers: number
  readonly ways: readonly Way[]
}

const FIELDS: readonly Field[] = [
  {
    receivers: 1,
    ways: [
      { body: 'small', batch: BATCH, fanOut: 4, atLeast: 0.65 },
      { body: 'small', batch: BATCH, fanOut: 1, atLeast: 0.5 },
      { body: 'small', batch: 1, fanOut: 4, atLeast: 0.45 },
      { body: 'small', batch: 1, fanOut: 1, atLeast: 0.25 },
      { body: 'large', batch: BATCH, fanOut: 4, atLeast: 0.35 },
    ],
  },
  { receivers: 50, ways: manyWays() },
  { receivers: 500, ways: manyWays() },
]

export async function measure(options: BenchOptions): Promise<Measurement[]> {
  const figures = new Figures()
  for (let round = 1; round <= options.rounds; round++) {
    for (const field of FIELDS) await measureField(field, figures, options, round)
  }
  return figures.measurements()
}

function manyWays(): readonly Way[] {
  return [
    { body: 'small', batch: BATCH, fanOut: 5, atLeast: 0.65 },
    { body: 'large', batch: BATCH, fanOut: 5, atLeast: 0.45 },
  ]
}

async function measureField(field: Field, figures: Figures, options: BenchOptions, round: number): Promise<void> {
  const rig = await Rig.start(field.receivers)
  const seconds = secondsOf(rig, options, SECONDS_OF_TURN)
  try {
    const timbre = await rig.timbre()
    const targets = await makeTargets(rig, timbre, field)
    const [[fanOut, target] = []] = targets
    if (target === undefined || fanOut === undefined) throw new Error('A field has webhooks.')
    const headers = await probedHeaders(rig, target, fanOut)
    const alone: AloneTarget = { urls: rig.urls, ca: rig.certificates.ca, headers }
    for (const body of ['small', 'large'] as const) {
      const ways = field.ways.filter((way) => way.body === body)
      if (ways.length === 0) continue
      const label = `throughput, round ${round} of ${options.rounds}, ${labelOf(field.receivers, body)}`
      const undiciAlone = () => runAloneOnce(rig, alone, body, seconds)
      let before = await undiciAlone()
      for (const way of ways) {
        // Not measured: what has just been started is still being compiled, which takes a tenth of the rate.
        await runTimbreOnce(rig, timbre, targets, way, seconds)
        const rates: Rate[] = []
        const alones = [before]
        for (let turn = 0; turn < TURNS; turn++) {
          rates.push(await runTimbreOnce(rig, timbre, targets, way, seconds))
          before = await undiciAlone()
          alones.push(before)
        }
        addRates(figures, field, { way, rate: together(rates), alone: together(alones) }, { label, log: options.log })
      }
    }
  } finally {
    await rig.stop()
  }
}

interface Compared {
  readonly way: Way
  readonly rate: Rate
  /** In between, before and after. */
  readonly alone: Rate
}

function addRates(
  figures: Figures,
  { receivers }: Field,
  { way, rate, alone }: Compared,
  { label, log }: { readonly label: string; log(line: string): void },
): void {
  const ratio = rate.perSecond / alone.perSecond
  const others = (rate.others + alone.others) / 2
  log(
    `${label}, ${wayOf(way)}: ${rate.perSecond.toFixed(0)}/s, undici alone ${alone.perSecond.toFixed(0)}/s = ${ratio.toFixed(2)} ×` +
      ` (others took ${others.toFixed(0)} % of the cores)`,
  )
  const budget = { atLeast: way.atLeast }
  const name = `${labelOf(receivers, way.body)}, ${wayOf(way)}`
  figures.add({ name: `ratio to undici alone: ${name}`, unit: '×', budget }, ratio)
  figures.add({ name: `Timbre: ${name}`, unit: 'deliveries/s', ...noteOf(rate) }, rate.perSecond)
  const aloneName = `undici alone: ${labelOf(receivers, way.body)}`
  figures.add({ name: aloneName, unit: 'requests/s' }, alone.perSecond)
  figures.add({ name: 'other programs, while throughput was measured', unit: '% of the cores' }, others)
  // All processes together. Other programs change it less than the ratio of rates, which they hold down.
  const byCpu = microsOf(alone) / microsOf(rate)
  figures.add({ name: `CPU of undici alone, to that of the whole path: ${name}`, unit: '×' }, byCpu)
  if (receivers > 1) return
  addCpu(figures, name, rate)
  addCpu(figures, aloneName, alone)
}

function microsOf({ cpu }: Rate): number {
  return Object.values(cpu).reduce((sum, micros) => sum + micros, 0)
}

function addCpu(figures: Figures, name: string, { cpu }: Rate): void {
  for (const [part, micros] of Object.entries(cpu)) {
    figures.add({ name: `CPU, ${part}: ${name}`, unit: 'µs/delivery' }, micros)
  }
}

function noteOf({ failed }: Rate): { readonly note?: string } {
  return failed === 0 ? {} : { note: `${failed} publishes failed: this figure is not valid` }
}

function labelOf(receivers: number, body: Body): string {
  return `${receivers} ${receivers === 1 ? 'receiver' : 'receivers'}, ${body === 'small' ? '0.7' : '16'} KiB`
}

function wayOf({ batch, fanOut }: Way): string {
  const webhooks = fanOut === 1 ? '1 webhook' : `${fanOut} webhooks`
  return `${batch === 1 ? 'own POSTs' : `batches of ${batch}`}, ${webhooks} per event`
}

/** By fan-out: what to publish so that each event goes to so many webhooks. */
async function makeTargets(rig: Rig, timbre: TimbreProcess, field: Field): Promise<ReadonlyMap<number, PublishTarget>> {
  const targets = new Map<number, PublishTarget>()
  for (const fanOut of new Set(field.ways.map((way) => way.fanOut))) {
    const webhooks = Math.max(field.receivers, 4)
    const urls = Array.from({ length: webhooks }, (_, index) => `${rig.urls[index % field.receivers]}/${index}`)
    const groups = Array.from({ length: webhooks / fanOut }, (_, index) =>
      urls.slice(index * fanOut, (index + 1) * fanOut),
    )
    targets.set(fanOut, await makeWebhooks(timbre, groups))
  }
  return targets
}

async function runTimbreOnce(
  rig: Rig,
  timbre: TimbreProcess,
  targets: ReadonlyMap<number, PublishTarget>,
  { body, batch, fanOut }: Way,
  seconds: Seconds,
): Promise<Rate> {
  const target = targets.get(fanOut)
  if (target === undefined) throw new Error('Every fan-out has its webhooks.')
  const sample = async () => ({ cpu: cpuOf(rig, timbre), at: monotonicMs(), count: await deliveredCount(timbre) })
  const { before, after, load, others } = await rig.run(
    {
      kind: 'publish closed',
      target,
      bodyBytes: BODY_BYTES[body],
      batch,
      connections: batch === 1 ? SINGLE_CONNECTIONS : BATCH_CONNECTIONS,
      fanOut,
      outstandingMax: OUTSTANDING_MAX,
      progressFile: rig.progressFile,
    },
    seconds,
    sample,
  )
  const count = after.count - before.count
  const each = (of: keyof typeof before.cpu) => cpuTimeEach(before.cpu[of], after.cpu[of], count)
  const server = each('server')
  return {
    perSecond: (count * 1000) / (after.at - before.at),
    failed: load.failed,
    others,
    cpu: {
      'server main thread': server.main,
      'server storage writer': server.writer,
      'server other threads': server.other,
      receiver: totalOf(each('receiver')),
      publisher: totalOf(each('publisher')),
    },
  }
}

function cpuOf(rig: Rig, timbre: TimbreProcess): Readonly<Record<'server' | 'receiver' | 'publisher', CpuTime>> {
  return { server: cpuTime(timbre.pid), receiver: cpuTime(rig.receiver.pid), publisher: cpuTime(rig.publisher.pid) }
}

if (import.meta.main) await runAlone(measure)
